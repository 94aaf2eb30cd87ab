import type { Timing } from '../../../collector/src/alert/rule.ts';
import { stepAlert } from '../../../collector/src/alert/step-alert.ts';
import type { Alert, Notice } from '../../../collector/src/model/alert.ts';
import type { AlertReading, AlertState } from '../../../collector/src/model/alert-state.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const aReading = (rest: Partial<AlertReading> = {}): AlertReading => ({
  rule: 'pool-full',
  subject: '/srv',
  stands: 'over',
  severity: 'warning',
  sentence: '96 % of it is used.',
  hint: null,
  values: { usedPercent: 96 },
  badness: { level: 96, step: 1 },
  ...rest,
});

/**
 * One alert, stepped each minute. What was told is `MINUTE EVENT`, where a minute is one that has passed, whatever the
 * clock on the wall says.
 */
export function createAlertRun({
  timing = { startAfterMs: 10 * MINUTE, endAfterMs: 10 * MINUTE },
  reminderMs = 24 * HOUR,
}: {
  timing?: Timing;
  reminderMs?: number;
} = {}) {
  let state: AlertState | null = null;
  let minutes = 0;
  let jumpedMs = 0;
  let ids = 0;
  const told: string[] = [];
  const notices: Notice[] = [];
  const ended: Alert[] = [];

  return {
    told,
    notices,
    ended,
    state: () => state,
    set(given: AlertState | null) {
      state = given;
    },
    /** clock_settime(2). */
    jump(byMs: number) {
      jumpedMs += byMs;
    },
    /** So many minutes with this reading. */
    pass(
      count: number,
      reading: Partial<AlertReading> | null,
      { isSilenced = false, isGone = false }: { isSilenced?: boolean; isGone?: boolean } = {},
    ) {
      for (let at = 0; at < count; at += 1) {
        const stepped = stepAlert({
          state,
          reading: reading === null ? null : aReading(reading),
          isGone,
          elapsedMs: MINUTE,
          now: Date.UTC(2026, 10, 27) + minutes * MINUTE + jumpedMs,
          timing,
          reminderMs,
          isSilenced,
          host: 'host-1',
          newId: () => {
            ids += 1;
            return `alert-${ids}`;
          },
        });
        // As a restart reads it.
        state = minutes % 10 === 0 ? JSON.parse(JSON.stringify(stepped.state)) : stepped.state;
        notices.push(...stepped.notices);
        if (stepped.ended !== null) ended.push(stepped.ended);
        for (const { event } of stepped.notices) told.push(`${minutes} ${event}`);
        minutes += 1;
      }
    },
  };
}
