import * as v from 'valibot';
import type { HostDisk } from '../model/domain.ts';
import type { QemuCounters } from '../model/sample.ts';
import type { QmpCommand } from '../ports/qmp.ts';
import { type DiskJobs, JOB_QUESTIONS, NO_JOBS, parseBlockJobs, readDiskJobs } from './block-jobs.ts';
import { type DeviceNames, findDevice } from './find-device.ts';

const countSchema = v.pipe(v.number(), v.minValue(0));

/** QMP BlockStats (qapi/block-core.json), as far as it is read here. */
interface BlockStats {
  readonly device?: string | undefined;
  readonly qdev?: string | undefined;
  readonly 'node-name'?: string | undefined;
  readonly stats: { readonly wr_bytes: number; readonly unmap_bytes?: number | undefined };
  readonly 'driver-specific'?: DriverStats | undefined;
  readonly parent?: BlockStats | undefined;
}

const driverStatsSchema = v.object({
  driver: v.string(),
  'discard-bytes-ok': v.optional(countSchema),
  'discard-nb-failed': v.optional(countSchema),
});
type DriverStats = v.InferOutput<typeof driverStatsSchema>;

const blockStatsSchema: v.GenericSchema<unknown, BlockStats> = v.object({
  device: v.optional(v.string()),
  qdev: v.optional(v.string()),
  'node-name': v.optional(v.string()),
  stats: v.object({ wr_bytes: countSchema, unmap_bytes: v.optional(countSchema) }),
  'driver-specific': v.optional(driverStatsSchema),
  parent: v.optional(v.lazy(() => blockStatsSchema)),
});

export type BlockStatsList = readonly BlockStats[];

/** The answer to `query-blockstats`, with or without `query-nodes`. Throws a ValiError for anything else. */
export function parseBlockStats(answer: unknown): BlockStatsList {
  return v.parse(v.array(blockStatsSchema), answer);
}

/**
 * One conversation that answers for all disks of a guest: the device view, the node view, and what changes images by
 * itself.
 */
export const COUNTER_QUESTIONS: readonly QmpCommand[] = [
  { execute: 'query-blockstats' },
  { execute: 'query-blockstats', arguments: { 'query-nodes': true } },
  { execute: 'query-block-jobs' },
];

/** What a guest is asked besides, by the answers to COUNTER_QUESTIONS: nothing, unless a block job runs. */
export function furtherQuestions([, , jobs]: readonly unknown[]): readonly QmpCommand[] {
  return parseBlockJobs(jobs).length === 0 ? [] : JOB_QUESTIONS;
}

/** One disk's part of the answers; null when QEMU does not list it. Throws a ValiError for anything else. */
export function readCounters(
  [devices, nodes, jobs, ...further]: readonly unknown[],
  disk: HostDisk,
): QemuCounters | null {
  const running = parseBlockJobs(jobs);
  return toQemuCounters({
    devices: parseBlockStats(devices),
    nodes: parseBlockStats(nodes),
    jobs: running.length === 0 ? NO_JOBS : readDiskJobs({ running, answers: further, disk }),
    disk,
  });
}

/**
 * What QEMU counted for one disk since it started; null when it has no such device now. `devices` is the device view;
 * `nodes` (`query-nodes: true`) is asked only for the file node of a graph whose chain the device view does not show.
 */
export function toQemuCounters({
  devices,
  nodes,
  jobs,
  disk,
}: {
  devices: BlockStatsList;
  nodes: BlockStatsList;
  jobs: DiskJobs;
  disk: HostDisk;
}): QemuCounters | null {
  const device = findDevice({ devices, namesOf, disk });
  if (device === null) return null;
  const file = findFile(device) ?? findFileNode(nodes, disk);
  return {
    receivedBytes: COUNTS_UNMAP.has(disk.bus) ? (device.stats.unmap_bytes ?? null) : null,
    passedBytes: file?.['discard-bytes-ok'] ?? null,
    failedDiscards: file?.['discard-nb-failed'] ?? null,
    writtenBytes: device.stats.wr_bytes,
    blockJobs: jobs.kinds,
    droppedBy: jobs.droppedBy,
  };
}

/** BLOCK_ACCT_UNMAP is used in hw/scsi/scsi-disk.c and hw/ide/core.c only: for the others 0 means "not counted". */
const COUNTS_UNMAP: ReadonlySet<HostDisk['bus']> = new Set(['virtio-scsi', 'scsi', 'ide', 'sata']);

const namesOf = ({ qdev, device, 'node-name': topNode }: BlockStats): DeviceNames => ({ qdev, drive: device, topNode });

function findFile(top: BlockStats): DriverStats | null {
  for (let at: BlockStats | undefined = top; at !== undefined; at = at.parent) {
    const stats = at['driver-specific'];
    if (stats !== undefined && hasDiscardCounters(stats)) return stats;
  }
  return null;
}

function findFileNode(list: BlockStatsList, { nodes }: HostDisk): DriverStats | null {
  const name = nodes.find(({ role }) => role === 'file')?.node ?? null;
  const stats = name === null ? undefined : list.find((node) => node['node-name'] === name)?.['driver-specific'];
  return stats !== undefined && hasDiscardCounters(stats) ? stats : null;
}

/** BlockStatsSpecific: `nvme` has counters too, but none of discards. */
function hasDiscardCounters({ driver }: DriverStats): boolean {
  return driver === 'file' || driver === 'host_device';
}
