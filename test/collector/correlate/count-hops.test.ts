import { describe, expect, it } from 'vitest';
import { countHops } from '../../../collector/src/correlate/count-hops.ts';
import type { DiskSample } from '../../../collector/src/model/sample.ts';
import { REPORT } from '../../protocol/example-messages.ts';

const sample = (overrides: Partial<DiskSample>): DiskSample => ({
  takenAt: 0,
  allocationBytes: 1_300_000_000,
  extents: null,
  heldParts: null,
  tables: null,
  poolFreeBytes: 5_000_000_000,
  counters: { receivedBytes: 10, passedBytes: 20, failedDiscards: 0, writtenBytes: 30, blockJobs: [], droppedBy: null },
  counterEpoch: 'qemu:1',
  countersMissing: null,
  ...overrides,
});

const before = sample({});
const after = sample({
  takenAt: 1_000,
  allocationBytes: 100_000_000,
  poolFreeBytes: 6_200_000_000,
  counters: {
    receivedBytes: 110,
    passedBytes: 220,
    failedDiscards: 0,
    writtenBytes: 330,
    blockJobs: [],
    droppedBy: null,
  },
});
const count = (overrides: Partial<Parameters<typeof countHops>[0]> = {}) =>
  countHops({ disk: 'sda', report: REPORT, before, after, poolQuiet: true, ...overrides });

it('counts each hop by who measured it', () => {
  expect(count()).toEqual({
    hops: {
      trimmedBytes: 31_300_000_000,
      issuedBytes: 31_300_000_000,
      receivedBytes: 100,
      passedBytes: 200,
      reclaimedBytes: 1_200_000_000,
      regainedBytes: 1_200_000_000,
    },
    writtenBytes: 300,
  });
});

describe('null is not 0', () => {
  it('without samples only the guest’s word is left', () => {
    expect(count({ before: null }).hops).toMatchObject({
      receivedBytes: null,
      passedBytes: null,
      reclaimedBytes: null,
      regainedBytes: null,
    });
  });

  it('counters of another QEMU process are not compared', () => {
    expect(count({ after: { ...after, counterEpoch: 'qemu:2' } }).hops).toMatchObject({
      receivedBytes: null,
      passedBytes: null,
    });
  });

  it('an allocation that one sample does not have is not compared', () => {
    expect(count({ before: { ...before, allocationBytes: null } }).hops.reclaimedBytes).toBeNull();
    expect(count({ after: { ...after, allocationBytes: null, poolFreeBytes: null } }).hops).toMatchObject({
      reclaimedBytes: null,
      regainedBytes: null,
    });
  });

  it('a counter that went back was reset', () => {
    const reset = {
      ...after,
      counters: {
        receivedBytes: 0,
        passedBytes: 0,
        failedDiscards: 0,
        writtenBytes: 0,
        blockJobs: [],
        droppedBy: null,
      },
    };
    expect(count({ after: reset }).hops).toMatchObject({ receivedBytes: null, passedBytes: null });
  });

  it('what the device does not count stays null', () => {
    const silent = (from: DiskSample) => ({
      ...from,
      counters: {
        receivedBytes: null,
        passedBytes: 1,
        failedDiscards: 0,
        writtenBytes: 1,
        blockJobs: [],
        droppedBy: null,
      },
    });
    expect(count({ before: silent(before), after: silent(after) }).hops.receivedBytes).toBeNull();
  });

  it('the pool says nothing while others write to it', () => {
    expect(count({ poolQuiet: false }).hops.regainedBytes).toBeNull();
  });

  it('a filesystem over two disks has no share of either that could be told', () => {
    const [filesystem] = REPORT.filesystems;
    if (filesystem === undefined) throw new Error('no filesystem');
    const report = { ...REPORT, filesystems: [{ ...filesystem, disks: ['sda', 'sdb'] }] };
    expect(count({ report }).hops).toMatchObject({ trimmedBytes: null, issuedBytes: 31_300_000_000 });
  });

  it('written bytes come from the guest’s kernel when QEMU was not asked', () => {
    const unasked = (from: DiskSample): DiskSample => ({
      ...from,
      counters: null,
      counterEpoch: null,
      countersMissing: 'no socket',
    });
    expect(count({ before: unasked(before), after: unasked(after) }).writtenBytes).toBe(4096);
  });
});
