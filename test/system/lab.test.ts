import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_CASES } from '../lab/cases.ts';
import { findWrong } from '../lab/check-row.ts';
import { diskOf } from '../lab/lab-case.ts';
import type { LabRow } from '../lab/lab-row.ts';
import { runLab } from '../lab/run-lab.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';

// `npm run lab` as a test: every case on a real guest, judged by the programs as they were built.
const say = (line: string) => console.error(line);
const cleanUp = createCleanUp(say);
let rows: readonly LabRow[];

beforeAll(async () => {
  ({ rows } = await runLab({ cases: LAB_CASES, guestsAtOnce: 1, cleanUp, signal: new AbortController().signal, say }));
});

afterAll(() => cleanUp.run());

describe('the lab', () => {
  it('has every case, on three filesystems and four buses', () => {
    expect(rows.map((row) => row.case)).toEqual(LAB_CASES.map(({ name }) => name));
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(new Set(rows.map(({ filesystem }) => filesystem))).toEqual(new Set(['ext4', 'xfs', 'btrfs']));
    expect(new Set(rows.map(({ bus }) => bus))).toEqual(new Set(['virtio-scsi', 'virtio-blk', 'sata', 'nvme']));
  });

  it('never says reclaimed where the host got nothing back, nor lost where it did', () => {
    const lies = rows.filter(
      ({ verdict, allocationDeltaBytes }) =>
        allocationDeltaBytes !== null &&
        ((verdict === 'reclaimed' && allocationDeltaBytes < 1_000_000) ||
          (verdict === 'lost' && allocationDeltaBytes >= 1_000_000)),
    );
    expect(lies).toEqual([]);
  });

  it('has serials that every bus has room for, each once', () => {
    const ids = [...new Set(LAB_CASES.flatMap(({ stand }) => stand.disks))].map(({ id }) => id);
    expect(ids.filter((id) => id.length > 20)).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it.each(LAB_CASES.map((labCase) => [labCase.name, diskOf(labCase).bus, labCase.stand.filesystem] as const))(
  '%s (%s, %s)',
  (name) => {
    const row = rows.find((each) => each.case === name);
    expect(row).toBeDefined();
    if (row === undefined) return;
    const { verdict, lostAt, cause, sentence, hops } = row;
    expect({ verdict, lostAt, cause }, `${sentence} ${JSON.stringify(hops)}`).toEqual(row.expected);
    expect(findWrong(row)).toEqual([]);
  },
);
