import type { Filesystem, Layer } from '@trimtab/protocol';
import type { DiskEvidence, TrimmedDisk, TrimSeen } from '../../../collector/src/diagnose/evidence.ts';
import type { PastTrims } from '../../../collector/src/diagnose/past-trims.ts';
import type { DiscardNode, Domain } from '../../../collector/src/model/domain.ts';
import type { ImageState } from '../../../collector/src/model/image.ts';
import type { TrimmedOutcome } from '../../../collector/src/model/trim-account.ts';
import type { Hops } from '../../../collector/src/model/trim-result.ts';
import { toHostDisk } from '../../support/host-disk.ts';

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
const PATH = '/images/a.img';

export const node = (role: DiscardNode['role'], discard: DiscardNode['discard']): DiscardNode => ({
  node: `d-${role}`,
  role,
  discard,
});
export const UNMAP = [node('format', 'unmap'), node('file', 'unmap')];
export const IGNORE = [node('format', 'ignore'), node('file', 'ignore')];

export const anImage = (rest: Partial<ImageState> = {}): ImageState => ({
  path: PATH,
  at: PATH,
  identity: null,
  kind: 'file',
  format: 'raw',
  capacityBytes: 4 * GIB,
  internalSnapshots: 0,
  snapshotNames: [],
  backingChain: [],
  backingAllocationBytes: null,
  backingUsers: 0,
  clusterBytes: null,
  compat: null,
  extendedL2: false,
  allocationBytes: 100 * MIB,
  physicalBytes: 4 * GIB,
  unmeasured: null,
  pool: '/images',
  lagMs: 0,
  sharedWith: [],
  ...rest,
});

export const aQcow2 = (rest: Partial<ImageState> = {}) =>
  anImage({ format: 'qcow2', clusterBytes: 65_536, compat: '1.1', ...rest });

export const aFilesystem = (rest: Partial<Filesystem> = {}): Filesystem => ({
  mount: '/srv',
  alsoMountedAt: [],
  kind: 'ext4',
  source: '/dev/sda',
  devices: ['sda'],
  sizeBytes: 3900 * MIB,
  usedBytes: 20 * MIB,
  blockBytes: 4096,
  tooSmallBytes: null,
  inFstab: null,
  discardsOnline: false,
  obstacle: null,
  ...rest,
});

export const aLayer = (name: string, rest: Partial<Layer> = {}): Layer => ({
  name,
  kind: 'disk',
  label: null,
  below: [],
  sizeBytes: 4 * GIB,
  readOnly: false,
  discard: { granularityBytes: 4096, maxBytes: GIB, maxHwBytes: GIB, alignmentBytes: 0 },
  mapperUuid: null,
  thinDiscards: null,
  mapperTable: null,
  ...rest,
});

const FULL: Hops = {
  trimmedBytes: 3952 * MIB,
  issuedBytes: 3952 * MIB,
  receivedBytes: 3952 * MIB,
  passedBytes: 3952 * MIB,
  reclaimedBytes: 600 * MIB,
  regainedBytes: 600 * MIB,
};

export type Given = Omit<Partial<DiskEvidence>, 'trim' | 'domain' | 'disk' | 'image' | 'past'> & {
  /** Of the filesystems of the disk, in their order; those that are left out were not to be trimmed. */
  readonly outcomes?: readonly TrimmedOutcome[];
  readonly past?: Partial<PastTrims>;
  readonly nodes?: readonly DiscardNode[];
  readonly disk?: Parameters<typeof toHostDisk>[1];
  readonly image?: Partial<ImageState> | null;
  readonly domain?: Partial<Domain>;
  readonly trim?: Omit<Partial<TrimSeen>, 'hops'>;
  readonly hops?: Partial<Hops>;
};

/** A disk that nobody trimmed: a raw image on ext4, every node of it passing discards, and nothing amiss. */
export function examined(given: Given = {}): DiskEvidence {
  const { nodes = UNMAP, disk, image, domain, past, trim: _, hops: __, outcomes: ___, ...rest } = given;
  return {
    guest: 'fedora19',
    device: 'sda',
    domain: {
      key: 'qemu:100',
      name: given.guest ?? 'fedora19',
      source: 'qemu-process',
      libvirtUri: null,
      monitors: [],
      ...domain,
    },
    disk: toHostDisk(PATH, { bus: 'virtio-scsi', format: 'raw', nodes, ...disk }),
    image: image === null ? null : anImage(image),
    unmatched: null,
    guestFile: null,
    pool: { kind: 'ext4', nfsVersion: null, reflink: false, chunkBytes: null, discards: null },
    extents: null,
    tables: null,
    allocationBytes: image === null ? null : anImage(image).allocationBytes,
    passedEverBytes: null,
    failedEver: null,
    droppedBy: null,
    guestFindings: [],
    filesystems: [aFilesystem()],
    layers: [],
    slack: null,
    outside: null,
    holdsMore: null,
    isOff: false,
    past: { passedBefore: false, lostBefore: false, curedInVain: false, ...past },
    repair: null,
    ...rest,
    trim: null,
  };
}

/** The same after a trim; the numbers are those of LAB.md: 600 MiB written and deleted on a 4 GiB ext4. */
export function trimmed(given: Given = {}): TrimmedDisk {
  const hops = { ...FULL, ...given.hops };
  const disk = examined(given);
  const outcomes =
    given.outcomes ?? disk.filesystems.map(() => ({ status: 'done' as const, trimmedBytes: hops.trimmedBytes ?? 0 }));
  return {
    ...disk,
    trim: {
      filesystems: outcomes.map((outcome, index) => {
        const { mount = '/srv', kind = 'ext4' } = disk.filesystems[index] ?? {};
        return { mount, kind, disks: ['sda'], durationMs: 10, outcome, again: given.trim?.again ?? false };
      }),
      hops,
      sentBytes: hops.receivedBytes ?? hops.issuedBytes,
      writtenBytes: 4096,
      failedDiscards: 0,
      droppedBy: null,
      layers: [],
      unbracketed: null,
      restless: false,
      holdsMore: null,
      remaining: null,
      unsharedBytes: null,
      unencodedBytes: null,
      heldParts: null,
      sharedAt: null,
      mayPoolKeep: false,
      poolNoise: null,
      again: false,
      turned: [],
      isHolderTrimmed: false,
      insideLater: [],
      ...given.trim,
    },
  };
}

/** Counted at every hop, and nothing. */
export const NOTHING_SENT: Partial<Hops> = {
  trimmedBytes: 0,
  issuedBytes: 0,
  receivedBytes: 0,
  passedBytes: 0,
  reclaimedBytes: 0,
  regainedBytes: 0,
};
