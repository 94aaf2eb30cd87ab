export * from './close-codes.ts';
export { type Codec, type Decoded, fromGuestCodec, fromHostCodec } from './codec.ts';
export * from './features.ts';
export { type FromGuest, fromGuestSchema } from './from-guest.ts';
export { type FromHost, fromHostSchema } from './from-host.ts';
export * from './limits.ts';
export type { Acknowledged } from './messages/acknowledged.ts';
export type { Cancel } from './messages/cancel.ts';
export type { Challenge } from './messages/challenge.ts';
export type { CollectorDoors } from './messages/collector.ts';
export type { Credential } from './messages/credential.ts';
export type { Grant } from './messages/grant.ts';
export { type Hello, STARTERS, type Starter, UNPROVEN } from './messages/hello.ts';
export type { Intent } from './messages/intent.ts';
export type { Learned } from './messages/learned.ts';
export type { Look } from './messages/look.ts';
export type { Progress } from './messages/progress.ts';
export { PROOF_MOST_READS, PROOF_MOST_UNITS, PROOF_UNIT_BYTES, type Prove } from './messages/prove.ts';
export type { Proved } from './messages/proved.ts';
export type { Request } from './messages/request.ts';
export type { Rest } from './messages/rest.ts';
export type { Started } from './messages/started.ts';
export type { Usage, UsageOfFilesystem } from './messages/usage.ts';
export type { Welcome } from './messages/welcome.ts';
export type { Disk, ScsiAddress } from './model/disk.ts';
export { blockGroupBytes, halfGroupBytes, isExt } from './model/ext4.ts';
export type { Filesystem, Obstacle } from './model/filesystem.ts';
export { type FilesystemStack, stacksOf } from './model/filesystem-stack.ts';
export type { GuestFacts, GuestIdentity } from './model/guest.ts';
export { countOnGuest, type GuestCounts, rise } from './model/guest-counts.ts';
export { type Inventory, inventorySchema, type Swap } from './model/inventory.ts';
export {
  type DiscardLimits,
  type Layer,
  type LayerCounters,
  type LayerKind,
  type LayerLimits,
  layerCountersSchema,
  type MapperTable,
  MOST_TARGETS,
} from './model/layer.ts';
export { disksAmong, layersBelow, MOST_BELOW } from './model/layers-below.ts';
export {
  type About,
  instantSchema,
  mountSchema,
  type ProofId,
  type RequestId,
  requestIdSchema,
  type TrimId,
  trimIdSchema,
} from './model/plain.ts';
export type { Problem } from './model/problem.ts';
export { addressSchema, key32Schema, MOST_ADDRESSES, MOST_PINS } from './model/proof.ts';
export {
  type FilesystemResult,
  filesystemResultsSchema,
  type LayerDelta,
  type Outcome,
  plannedFilesystemSchema,
  TRIGGERS,
  type Trigger,
  type TrimOrigin,
  type TrimReport,
  toDeltas,
  trimOriginSchema,
  trimReportSchema,
} from './model/report.ts';
export type { Unreached } from './model/unreached.ts';
export * from './version.ts';
