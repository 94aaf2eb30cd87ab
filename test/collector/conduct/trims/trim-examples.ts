import type { Inventory, Problem, RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { DiskSample } from '../../../../collector/src/model/sample.ts';
import type { DiskResult, TrimResult, Verdict } from '../../../../collector/src/model/trim-result.ts';
import { guestWith } from '../../../protocol/causes/guest-with.ts';
import { TRIM } from '../../api/examples.ts';
import { aDisk, aDomain, aHostDisk, anIdentity } from '../../correlate/examples.ts';
import { anImage, MIB } from '../../diagnose/examples.ts';

export const trimIdOf = (n: number): TrimId => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as TrimId;
export const requestIdOf = (n: number): RequestId =>
  `00000000-0000-4000-9000-${String(n).padStart(12, '0')}` as RequestId;

/** One ext4 on each of these disks, mounted at `/mnt/DISK`. */
export function inventoryOf(disks: readonly string[]): Inventory {
  return guestWith({
    filesystems: disks.map((disk) => ({ mount: `/mnt/${disk}`, source: `/dev/${disk}`, devices: [disk] })),
    layers: disks.map((name) => ({ name })),
    disks: disks.map((name) => ({ name })),
  });
}

export const aGuest = (overrides: Partial<ConnectedGuest> = {}): ConnectedGuest => ({
  id: 'guest-a' as GuestId,
  name: 'web-1',
  proof: 'word',
  identity: anIdentity(),
  agentVersion: '0.2.0',
  wireVersion: 2,
  others: 0,
  visits: null,
  inventory: inventoryOf(['vda', 'vdb']),
  inventoryAt: 0,
  contested: null,
  isKnown: true,
  lastHeardAt: 0,
  ...overrides,
});

/** A disk whose image lies in the pool of this name. */
export function pathIn({ disk, pool, pid = 100 }: { disk: string; pool: string; pid?: number }): DiskPath {
  const path = `${pool}/${disk}.raw`;
  return {
    match: { disk: aDisk({ name: disk }), hostDisk: aHostDisk({ image: path }), matchedBy: 'serial', why: null },
    domain: aDomain({ pid }),
    image: anImage({ path, pool }),
    pool: null,
    missing: null,
  };
}

/** `trimmedBytes` of each disk's filesystem; `again` for a trim that discarded everything again. */
export function reportOf({
  trimId,
  requestId = null,
  trimmedBytes = { vda: 4096 },
  again = false,
}: {
  trimId: TrimId;
  requestId?: RequestId | null;
  trimmedBytes?: Readonly<Record<string, number>>;
  again?: boolean;
}): TrimReport {
  return {
    id: trimId,
    trigger: requestId === null ? 'scheduled' : 'requested',
    requestId,
    granted: true,
    startedAt: 0,
    durationMs: 10,
    filesystems: Object.entries(trimmedBytes).map(([disk, bytes]) => ({
      mount: `/mnt/${disk}`,
      kind: 'ext4',
      disks: [disk],
      durationMs: 1,
      outcome: { status: 'done', trimmedBytes: bytes },
      again,
    })),
    layers: [],
    limitsAfter: [],
  };
}

/** What was concluded of a report, with the verdict of each disk. */
export function resultOf(report: TrimReport, verdicts: Readonly<Record<string, Verdict>>): TrimResult {
  const [example] = TRIM.disks;
  const { id, requestId, durationMs, filesystems } = report;
  const disks = Object.entries(verdicts).map(([device, verdict]) => ({
    ...(example as DiskResult),
    device,
    verdict,
    cause: verdict === 'stale' ? 'ext4-groups-flagged' : null,
  }));
  return { ...TRIM, id, requestId, durationMs, filesystems, disks };
}

export const BUSY: Problem = {
  code: 'busy',
  operation: 'trim',
  subject: 'this guest',
  cause: 'another trim runs',
  hint: null,
};

/** What was sampled of a disk whose image takes 600 MiB, beside 1,000 MiB that are free in its pool. */
export const aSample = (rest: Partial<DiskSample> = {}): DiskSample => ({
  takenAt: 1,
  allocationBytes: 600 * MIB,
  poolFreeBytes: 1000 * MIB,
  extents: null,
  heldParts: null,
  tables: null,
  counters: null,
  counterEpoch: null,
  countersMissing: null,
  ...rest,
});
