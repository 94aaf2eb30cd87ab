import { afterAll, beforeAll, expect, it } from 'vitest';
import { LAB_CASES } from '../lab/cases.ts';
import { findWrong } from '../lab/check-row.ts';
import type { LabCase } from '../lab/lab-case.ts';
import type { LabRow } from '../lab/lab-row.ts';
import { formatTable } from '../lab/lab-table.ts';
import { type LabReport, runLab } from '../lab/run-lab.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';

// One of the lab's two guests cannot start: what becomes of the cases of the other?
const say = (line: string) => console.error(line);
const cleanUp = createCleanUp(say);
let report: LabReport;

beforeAll(async () => {
  const cases = [spoil(caseNamed('scsi-raw-ext4')), caseNamed('lvm-linear')];
  report = await runLab({ cases, guestsAtOnce: 2, cleanUp, signal: new AbortController().signal, say });
});

afterAll(() => cleanUp.run());

it('has a row for each case, the lost one with the reason', () => {
  expect(report.rows.map(({ case: name }) => name)).toEqual(['scsi-raw-ext4', 'lvm-linear']);
  const lost = rowNamed('scsi-raw-ext4');
  expect(lost).toMatchObject({ verdict: 'none', allocationDeltaBytes: null, matchedBy: null });
  expect(findWrong(lost)).toEqual([expect.stringMatching(/^guest lab-disks was lost: .*no-such-option/s)]);
  expect(formatTable(report)).toContain('NOT AS EXPECTED: guest lab-disks was lost');
});

it('has the cases of the other guest measured as ever', () => {
  expect(findWrong(rowNamed('lvm-linear'))).toEqual([]);
  expect(report.environment.guestKernels).toHaveLength(1);
});

function caseNamed(name: string): LabCase {
  const found = LAB_CASES.find((labCase) => labCase.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}

/** QEMU does not start with it. */
function spoil(labCase: LabCase): LabCase {
  const disks = labCase.stand.disks.map((disk) => ({ ...disk, deviceOptions: 'no-such-option=1' }));
  return { ...labCase, stand: { ...labCase.stand, disks } };
}

function rowNamed(name: string): LabRow {
  const row = report.rows.find((each) => each.case === name);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  return row;
}
