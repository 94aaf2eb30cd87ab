import type { TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { findDropper, findGap } from '../../../../../collector/src/conduct/trims/conclude/sample-gaps.ts';
import type { DiskSample, QemuCounters } from '../../../../../collector/src/model/sample.ts';

const sample = (counters: Partial<QemuCounters>): DiskSample => ({
  takenAt: 0,
  allocationBytes: 100,
  poolFreeBytes: 100,
  extents: null,
  heldParts: null,
  tables: null,
  counters: {
    receivedBytes: null,
    passedBytes: 500,
    failedDiscards: 0,
    writtenBytes: 0,
    blockJobs: [],
    droppedBy: null,
    ...counters,
  },
  counterEpoch: 'qemu:1 1',
  countersMissing: null,
});
const BACKUP = { blockJobs: ['backup'], droppedBy: 'backup' };
const report = { granted: true } as TrimReport;
const gap = ({ from, to }: { from: DiskSample; to: DiskSample }) => findGap({ report, path: null, from, to });

describe('a block job and a trim of its disk', () => {
  it('leaves nothing open where it dropped every discard from first to last', () => {
    expect(gap({ from: sample(BACKUP), to: sample(BACKUP) })).toBeNull();
    expect(findDropper({ from: sample(BACKUP), to: sample(BACKUP) })).toBe('backup');
  });

  it.each([
    ['something passed', sample(BACKUP), sample({ ...BACKUP, passedBytes: 900 })],
    ['it began meanwhile', sample({}), sample(BACKUP)],
    ['it ended meanwhile', sample(BACKUP), sample({})],
    ['it stands below the image', sample({ blockJobs: ['commit'] }), sample({ blockJobs: ['commit'] })],
    ['nobody counts what passes', sample({ ...BACKUP, passedBytes: null }), sample({ ...BACKUP, passedBytes: null })],
  ])('leaves open what came back where %s', (_, from, to) => {
    expect(gap({ from, to })).toMatch(/^a block job \((?:backup|commit)\) worked on this disk/);
  });

  it('of another disk is no matter', () => {
    expect(gap({ from: sample({}), to: sample({}) })).toBeNull();
  });
});
