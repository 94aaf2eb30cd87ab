import { MIB } from './lab-case.ts';
import type { LabRow } from './lab-row.ts';

/** Less than this is what filesystems write of their own around a trim. */
const NOTICED_BYTES = 1_000_000;
const SHARE = 0.02;

/**
 * What is wrong with a row, a sentence each: the verdict against what was expected, and against the lab's own measure.
 */
export function findWrong(row: LabRow): string[] {
  const { expected, expectedDeltaBytes, allocationDeltaBytes, verdict, matchedBy, expectedMatch, sentence } = row;
  if (verdict === 'none' || allocationDeltaBytes === null) return [sentence];
  const wrong: string[] = [];
  for (const part of ['verdict', 'lostAt', 'cause'] as const)
    if (row[part] !== expected[part]) wrong.push(`${part} is ${row[part]}, expected ${expected[part]}`);
  if (wrong.length > 0) wrong.push(sentence, ...row.evidence.map(({ fact, value }) => `${fact}: ${value}`));
  if (matchedBy !== expectedMatch) wrong.push(`matched by ${matchedBy}, expected ${expectedMatch}`);
  if (expectedDeltaBytes === null) {
    if (Math.abs(allocationDeltaBytes) >= 2 * MIB) wrong.push(`the image fell by ${allocationDeltaBytes} bytes`);
  } else if (!isNear({ bytes: allocationDeltaBytes, wanted: expectedDeltaBytes })) {
    wrong.push(`the image fell by ${allocationDeltaBytes} bytes, expected ${expectedDeltaBytes}`);
  }
  if (verdict === 'reclaimed' && allocationDeltaBytes < NOTICED_BYTES)
    wrong.push(`reclaimed, and the image fell by ${allocationDeltaBytes} bytes`);
  if (verdict === 'lost' && allocationDeltaBytes >= NOTICED_BYTES)
    wrong.push(`lost, and the image fell by ${allocationDeltaBytes} bytes`);
  return [...wrong, ...findWrongInterval(row)];
}

/** Where the guest wrote meanwhile, what came back is given as an interval, and the truth lies in it. */
function findWrongInterval({ reclaimedBetween, deletedBytes, expectedDeltaBytes }: LabRow): string[] {
  if (expectedDeltaBytes === null || isNear({ bytes: expectedDeltaBytes, wanted: deletedBytes })) return [];
  if (reclaimedBetween === null) return [`reclaimedBetween is null, and the guest wrote meanwhile`];
  const { leastBytes, mostBytes } = reclaimedBetween;
  const holds = leastBytes <= deletedBytes * (1 + SHARE) && mostBytes >= deletedBytes * (1 - SHARE);
  return holds ? [] : [`${deletedBytes} bytes are not between ${leastBytes} and ${mostBytes}`];
}

function isNear({ bytes, wanted }: { bytes: number; wanted: number }): boolean {
  return Math.abs(bytes - wanted) <= Math.max(MIB, wanted * SHARE);
}
