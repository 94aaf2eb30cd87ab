import type { Progress, TrimId } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createStillTeller, STILL_TOLD_MS } from '../../../agent/src/trim/tell-still.ts';
import { createTestLog } from '../report/in-folder.ts';

const MINUTE_MS = 60_000;

/** The log of a trim of which the kernel counts this much at these minutes. */
function linesOf(counts: readonly (readonly [minute: number, issuedBytes: number | null, mount?: string])[]) {
  const log = createTestLog();
  const tell = createStillTeller(log);
  for (const [minute, issuedBytes, mount = '/srv'] of counts) {
    const trimId = '00000000-0000-4000-8000-000000000001' as TrimId;
    const elapsedMs = minute * MINUTE_MS;
    const progress: Progress = { type: 'progress', trimId, mount, index: 1, of: 1, elapsedMs, issuedBytes };
    tell(progress);
  }
  return log.lines;
}

const everyMinute = (upTo: number, issuedBytes: (minute: number) => number | null) =>
  Array.from({ length: upTo + 1 }, (_, minute) => [minute, issuedBytes(minute)] as const);

it('says nothing of a trim that discards, however long it takes', () => {
  expect(linesOf(everyMinute(600, (minute) => minute))).toEqual([]);
  expect(linesOf(everyMinute(600, (minute) => Math.floor(minute / 9)))).toEqual([]);
});

it('tells of one whose disks discard nothing, and again each time after twice as long', () => {
  const lines = linesOf(everyMinute(45, () => 4096));
  expect(STILL_TOLD_MS).toBe(10 * MINUTE_MS);
  expect(lines).toEqual(
    [10, 20, 40].map(
      (minutes) =>
        `the trim of /srv has discarded nothing for ${minutes} min; it goes on. Where it waits: cat /proc/$(pgrep -x fstrim)/stack`,
    ),
  );
});

it('says when it discards again, and begins anew with each filesystem', () => {
  const still = everyMinute(11, () => 4096);
  expect(linesOf([...still, [12, 8192]]).at(-1)).toBe('the trim of /srv discards again');
  expect(linesOf([...still, [12, 8192, '/']])).toHaveLength(1);
  expect(
    linesOf([
      [0, 0],
      [9, 0],
      [10, 0, '/'],
      [19, 0, '/'],
    ]),
  ).toEqual([]);
});

it('does not say that nothing was discarded where nobody counts', () => {
  expect(linesOf(everyMinute(10, () => null))).toEqual([
    'the trim of /srv takes 10 min, and its disks do not count what they discard; it goes on. Where it waits: cat /proc/$(pgrep -x fstrim)/stack',
  ]);
});
