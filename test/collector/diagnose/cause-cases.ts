import { aLayer, aQcow2, GIB, type Given, IGNORE, MIB, NOTHING_SENT, node, UNMAP } from './examples.ts';
import { FILESYSTEM_CASES, HOLDS } from './filesystem-cases.ts';

export const COUNTED_NOTHING = { passedBytes: 0, reclaimedBytes: 0, regainedBytes: 0 };
export const QCOW2 = aQcow2();
export const BTRFS = { kind: 'btrfs', nfsVersion: null, reflink: true, chunkBytes: null, discards: null };
const EXTENTS = { sharedBytes: 0, unwrittenBytes: 0, encodedBytes: 0, sharedAt: null };
const LITTLE = { leastBytes: 0, estimateBytes: 4 * MIB, mostBytes: 5 * MIB };
/** Of an image that takes 100 MiB. */
const counts = (countedBytes: number) => ({ kind: 'counted', countedBytes, mappedBytes: null }) as const;
export const COUNTS_ALL = counts(100 * MIB);
const counters = (discardedBytes: number) => ({ discardedBytes, writtenBytes: 0 });
const passes = (name: string, after: number) => ({ name, before: counters(0), after: counters(after) });

/** What produces each cause of the host's part of the list, and what comes nearest without being it. */
export const CAUSE_CASES: Readonly<
  Record<string, { readonly found: Given; readonly near: Given; readonly fix: RegExp | null }>
> = {
  'device-without-discard': {
    found: {
      disk: { withoutDiscard: 'discard_granularity=0' },
      outcomes: [{ status: 'unsupported', message: 'the discard operation is not supported', hint: null }],
      hops: { ...NOTHING_SENT, trimmedBytes: null },
    },
    near: { disk: { discardGranularityBytes: 4096 } },
    fix: /^Take discard_granularity=0 off the device disk0\./,
  },
  'guest-layer-drops-discards': {
    found: {
      hops: { ...NOTHING_SENT, trimmedBytes: 500 * MIB },
      layers: [
        aLayer('dm-0', { kind: 'dm', label: '/dev/mapper/cache', mapperUuid: 'LVM-x', below: ['sda'] }),
        aLayer('sda'),
      ],
      trim: { layers: [passes('dm-0', 500 * MIB), passes('sda', 0)] },
    },
    near: {
      hops: { ...NOTHING_SENT, trimmedBytes: 500 * MIB },
      layers: [
        aLayer('dm-0', { kind: 'dm', below: ['dm-1'] }),
        aLayer('dm-1', { kind: 'dm', thinDiscards: 'passdown' }),
      ],
      trim: { layers: [passes('dm-0', 500 * MIB), passes('dm-1', 0)] },
    },
    fix: null,
  },
  preallocated: {
    found: {
      nodes: IGNORE,
      hops: COUNTED_NOTHING,
      image: { allocationBytes: 4 * GIB },
      extents: { ...EXTENTS, unwrittenBytes: 3 * GIB },
    },
    near: {
      nodes: IGNORE,
      hops: COUNTED_NOTHING,
      image: { allocationBytes: 4 * GIB },
      extents: { ...EXTENTS, unwrittenBytes: 200 * MIB },
    },
    fix: null,
  },
  'host-ignores-discard': {
    found: { nodes: IGNORE, hops: COUNTED_NOTHING },
    near: { nodes: IGNORE, hops: { passedBytes: 600 * MIB, reclaimedBytes: 0 } },
    fix: /"discard":"unmap" to each of these -blockdev:\nnode-name d-format, d-file\./,
  },
  'filter-node-ignores-discard': {
    found: {
      nodes: [node('filter', 'ignore'), ...UNMAP],
      repair: { kind: 'possible' },
      hops: COUNTED_NOTHING,
    },
    near: { nodes: [node('format', 'ignore'), node('filter', 'ignore'), node('file', 'unmap')], hops: COUNTED_NOTHING },
    fix: /^trimtab repair fedora19 sda --yes$/m,
  },
  'file-node-ignores-discard': {
    found: { nodes: [node('format', 'unmap'), node('file', 'ignore')], hops: COUNTED_NOTHING },
    near: { nodes: IGNORE, hops: COUNTED_NOTHING },
    fix: /node-name d-file\./,
  },
  'server-ignores-discard': {
    found: {
      nodes: [...UNMAP, { node: null, role: 'server', discard: 'ignore' }],
      disk: { server: { program: 'qemu-nbd', pid: 77 } },
      hops: { passedBytes: null, reclaimedBytes: 0, regainedBytes: 0 },
    },
    // QEMU's own node ignores them before they get there.
    near: {
      nodes: [...IGNORE, { node: null, role: 'server', discard: 'ignore' }],
      disk: { server: { program: 'qemu-nbd', pid: 77 } },
      hops: { passedBytes: null, reclaimedBytes: 0, regainedBytes: 0 },
    },
    fix: /start\sqemu-nbd\swith\s--discard=unmap/,
  },
  'block-job-drops-discards': {
    found: { hops: COUNTED_NOTHING, trim: { droppedBy: 'backup' } },
    near: { hops: { reclaimedBytes: 0 }, trim: { droppedBy: 'backup' } },
    fix: /^Wait until the backup job has ended, and trim fedora19 again\./,
  },
  'nfs-without-deallocate': {
    found: {
      pool: { kind: 'nfs4', nfsVersion: '4.1', reflink: null, chunkBytes: null, discards: null },
      hops: COUNTED_NOTHING,
      trim: { failedDiscards: 3 },
    },
    near: {
      pool: { kind: 'nfs4', nfsVersion: '4.2', reflink: null, chunkBytes: null, discards: null },
      hops: COUNTED_NOTHING,
      trim: { failedDiscards: 3 },
    },
    fix: /mount \/images with\s-o vers=4\.2/,
  },
  'thin-pool-ignores-discards': {
    found: {
      image: { kind: 'thin-volume', pool: 'vg0/pool' },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 65_536, discards: 'ignore' },
      hops: COUNTED_NOTHING,
      trim: { failedDiscards: 1 },
    },
    near: {
      image: { kind: 'thin-volume', pool: 'vg0/pool' },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 65_536, discards: 'nopassdown' },
      hops: COUNTED_NOTHING,
      trim: { failedDiscards: 1 },
    },
    fix: /^lvchange --discards passdown vg0\/pool$/m,
  },
  'backend-refuses-discard': {
    found: { hops: COUNTED_NOTHING, trim: { failedDiscards: 4 } },
    near: { hops: { reclaimedBytes: 0 }, trim: { failedDiscards: 1 } },
    fix: /^Move the image to storage that can punch holes/,
  },
  'driver-drops-discard': {
    found: { image: { format: 'vdi' }, hops: COUNTED_NOTHING },
    near: { image: QCOW2, hops: COUNTED_NOTHING },
    fix: /^qemu-img convert -f vdi -O qcow2 \/images\/a\.img \/images\/a\.img\.qcow2$/m,
  },
  'dropped-in-qemu': {
    found: { nodes: [], hops: COUNTED_NOTHING },
    near: { nodes: [], image: QCOW2, hops: COUNTED_NOTHING },
    fix: /^Every node of the disk needs discard=unmap/,
  },
  'clusters-of-nobody': {
    found: { image: QCOW2, tables: counts(2 * MIB), hops: COUNTED_NOTHING, trim: { ...HOLDS, again: true } },
    // The guest uses what the tables have not been told of yet.
    near: {
      image: QCOW2,
      tables: counts(2 * MIB),
      hops: COUNTED_NOTHING,
      trim: { holdsMore: false, remaining: LITTLE },
    },
    fix: /^qemu-img convert -f qcow2 -O qcow2 \/images\/a\.img \/images\/a\.img\.copy$/m,
  },
  'compat-010-overlay': {
    found: {
      image: {
        ...QCOW2,
        compat: '0.10',
        backingChain: ['/images/base.qcow2'],
        backingAllocationBytes: GIB,
        backingUsers: 1,
      },
      hops: COUNTED_NOTHING,
      trim: HOLDS,
    },
    near: { image: { ...QCOW2, compat: '0.10' }, hops: COUNTED_NOTHING, trim: { holdsMore: false } },
    fix: /^qemu-img amend -f qcow2 -o compat=1\.1 \/images\/a\.img$/m,
  },
  'internal-snapshot': {
    found: {
      image: { ...QCOW2, internalSnapshots: 2, snapshotNames: ['before the upgrade', 's2'] },
      hops: COUNTED_NOTHING,
      trim: HOLDS,
    },
    near: { image: { ...QCOW2, internalSnapshots: 2 }, hops: COUNTED_NOTHING, trim: { holdsMore: false } },
    fix: /^qemu-img snapshot -d 'before the upgrade' \/images\/a\.img\nqemu-img snapshot -d s2 \/images\/a\.img$/m,
  },
  'backing-file': {
    found: {
      image: { ...QCOW2, backingChain: ['/images/base.qcow2'], backingAllocationBytes: GIB, backingUsers: 1 },
      hops: COUNTED_NOTHING,
      trim: HOLDS,
    },
    near: {
      image: { ...QCOW2, backingChain: ['/images/base.qcow2'], backingAllocationBytes: GIB, backingUsers: 2 },
      hops: COUNTED_NOTHING,
      trim: HOLDS,
    },
    fix: /^qemu-img commit -f qcow2 \/images\/a\.img$/m,
  },
  'discard-no-unref': {
    found: { image: QCOW2, disk: { discardNoUnref: true }, hops: COUNTED_NOTHING, trim: HOLDS },
    near: { image: QCOW2, disk: { discardNoUnref: true }, hops: COUNTED_NOTHING },
    fix: /pass-discard-request=on/,
  },
  'holes-smaller-than-cluster': {
    found: { image: { ...QCOW2, clusterBytes: 2 * MIB }, tables: COUNTS_ALL, hops: COUNTED_NOTHING, trim: HOLDS },
    // Nobody read its tables: then nothing says that the clusters are the guest's.
    near: { image: { ...QCOW2, clusterBytes: 2 * MIB }, hops: COUNTED_NOTHING, trim: HOLDS },
    fix: /^qemu-img convert -f qcow2 -O qcow2 -o cluster_size=64k \/images\/a\.img \/images\/a\.img\.small-clusters$/m,
  },
  'holes-smaller-than-chunk': {
    found: {
      image: { kind: 'thin-volume', pool: 'vg0/pool' },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 4 * MIB, discards: 'passdown' },
      hops: { reclaimedBytes: 0, regainedBytes: 0 },
      trim: HOLDS,
    },
    // The volume was told of a part of it only: the rest was dropped above it.
    near: {
      image: { kind: 'thin-volume', pool: 'vg0/pool' },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 4 * MIB, discards: 'passdown' },
      hops: { passedBytes: 600 * MIB, reclaimedBytes: 0, regainedBytes: 0 },
      trim: HOLDS,
    },
    fix: /^Defragment/,
  },
  'extents-shared': {
    found: {
      pool: { kind: 'xfs', nfsVersion: null, reflink: null, chunkBytes: null, discards: null },
      hops: { regainedBytes: 4096 },
      trim: { unsharedBytes: 600 * MIB },
    },
    // Neighbours took as much meanwhile; nothing was shared.
    near: {
      pool: { kind: 'xfs', nfsVersion: null, reflink: null, chunkBytes: null, discards: null },
      hops: { regainedBytes: 4096 },
      trim: { unsharedBytes: 0 },
    },
    fix: /^find \/images -xdev .* filefrag/,
  },
  'extents-held-in-part': {
    found: {
      pool: BTRFS,
      hops: { reclaimedBytes: 184 * MIB, regainedBytes: 0 },
      trim: { mayPoolKeep: true, heldParts: { asked: 12, held: 11 } },
    },
    // The pool got nothing either, and btrfs says that no extent is held for its parts.
    near: {
      pool: BTRFS,
      hops: { reclaimedBytes: 184 * MIB, regainedBytes: 0 },
      trim: { mayPoolKeep: true, heldParts: { asked: 12, held: 0 } },
    },
    fix: /^cp --reflink=never --sparse=always .* \/images\/a\.img \/images\/a\.img\.whole && mv /m,
  },
  'image-compressed': {
    found: {
      pool: BTRFS,
      hops: { reclaimedBytes: 95 * MIB, regainedBytes: 3 * MIB },
      trim: { mayPoolKeep: true, unencodedBytes: 95 * MIB },
    },
    near: {
      pool: BTRFS,
      hops: { reclaimedBytes: 95 * MIB, regainedBytes: 3 * MIB },
      trim: { mayPoolKeep: true, unencodedBytes: 4 * MIB },
    },
    fix: null,
  },
  'thin-snapshot': {
    found: {
      image: { kind: 'thin-volume', pool: 'vg0/pool', sharedWith: ['vg0/snap'] },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 65_536, discards: 'passdown' },
      hops: { regainedBytes: 0 },
    },
    near: {
      image: { kind: 'thin-volume', pool: 'vg0/pool', sharedWith: ['vg0/snap'] },
      pool: { kind: 'lvm-thin', nfsVersion: null, reflink: true, chunkBytes: 65_536, discards: 'passdown' },
    },
    fix: /^lvremove those of vg0\/snap that nobody needs/,
  },
  ...FILESYSTEM_CASES,
  'image-on-block-device': {
    found: {
      image: { kind: 'thick-volume', allocationBytes: null, pool: null, unmeasured: 'it is a thick logical volume' },
      hops: { reclaimedBytes: null, regainedBytes: null },
    },
    near: {
      image: { kind: 'other', allocationBytes: null, pool: null, unmeasured: 'it is stored over the network' },
      hops: { reclaimedBytes: null, regainedBytes: null },
    },
    fix: null,
  },
  'allocation-settles-late': {
    found: { hops: { reclaimedBytes: 0, regainedBytes: null }, trim: { restless: true } },
    near: { hops: { reclaimedBytes: 0, regainedBytes: null } },
    fix: /settle-limit/,
  },
};
