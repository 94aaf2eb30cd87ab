import { type LabCase, MIB, NOTHING, oneDisk, RECLAIMED } from '../lab-case.ts';
import { RECLAIMED_CASES } from './reclaimed.ts';

const [ext4, xfs] = RECLAIMED_CASES;

/** A first trim looks like any other of its kind; this is about the one after it. */
const stale = oneDisk({
  name: 'stale',
  filesystem: 'ext4',
  disk: { bus: 'virtio-scsi', image: { format: 'raw' }, discard: 'ignore' },
  fileMiB: 44,
  expected: RECLAIMED,
});

const DELETED_MIB = 96;
export const WRITTEN_BESIDE_BYTES = 32 * MIB;
const besideWriter = oneDisk({
  name: 'beside-a-writer',
  filesystem: 'ext4',
  disk: { bus: 'virtio-scsi', image: { format: 'raw' }, discard: 'unmap' },
  fileMiB: DELETED_MIB,
  expected: RECLAIMED,
});

/** Trims that come after another, or are not alone. */
export const AGAIN_CASES: readonly LabCase[] = [
  ...[ext4, xfs].flatMap((first): LabCase[] =>
    first === undefined
      ? []
      : [
          {
            name: `nothing-to-reclaim-${first.stand.filesystem}`,
            stand: first.stand,
            trim: 'second',
            expected: NOTHING,
            expectedDeltaBytes: null,
          },
        ],
  ),
  {
    ...stale,
    name: 'stale-before-cure',
    trim: 'before-cure',
    expected: { verdict: 'stale', lostAt: null, cause: 'ext4-groups-flagged' },
    expectedDeltaBytes: null,
  },
  { ...stale, name: 'stale-after-cure', trim: 'cure' },
  { ...besideWriter, trim: 'beside-a-writer', expectedDeltaBytes: DELETED_MIB * MIB - WRITTEN_BESIDE_BYTES },
];
