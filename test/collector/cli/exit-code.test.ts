import { expect, it } from 'vitest';
import { trimToExitCode } from '../../../collector/src/cli/exit-code.ts';
import type { TrimResult, Verdict } from '../../../collector/src/model/trim-result.ts';
import { FAILED_FILESYSTEM, TRIM } from '../api/examples.ts';

const withVerdicts = (...verdicts: readonly Verdict[]): TrimResult => ({
  ...TRIM,
  disks: verdicts.flatMap((verdict) => TRIM.disks.slice(0, 1).map((disk) => ({ ...disk, verdict }))),
});

it.each<[readonly Verdict[], number]>([
  [['reclaimed', 'lost'], 3],
  [['lost'], 3],
  // Discards arrived; what became of the space is another matter.
  [['held', 'stale', 'inconclusive', 'reclaimed', 'nothing-to-reclaim', 'unmeasurable'], 0],
])('with --fail-on-lost %j ends with %i, and without it with 0', (verdicts, expected) => {
  expect(trimToExitCode(withVerdicts(...verdicts), { failOnLost: true })).toBe(expected);
  expect(trimToExitCode(withVerdicts(...verdicts), { failOnLost: false })).toBe(0);
});

it('a filesystem that failed goes first', () => {
  const [done] = TRIM.filesystems;
  if (done === undefined) throw new Error('the example has no filesystem');
  const lost = withVerdicts('lost');
  const cancelled = { ...done, outcome: { status: 'cancelled' as const, message: 'stopped' } };
  const codeOf = (...filesystems: TrimResult['filesystems']) =>
    trimToExitCode({ ...lost, filesystems }, { failOnLost: true });
  expect([codeOf(FAILED_FILESYSTEM), codeOf(done, FAILED_FILESYSTEM), codeOf(done, cancelled)]).toEqual([32, 64, 1]);
});
