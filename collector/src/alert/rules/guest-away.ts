import { quote } from '@trimtab/protocol/causes';
import { MINUTE_MS, type Rule } from '../rule.ts';

/** A guest that runs, and whose agent was here and is not heard any more: nobody can ask it to trim. */
export const guestAway: Rule = {
  read: ({ guests }) =>
    (guests ?? []).map(({ name, isAway, lastHeardAt }) => ({
      rule: 'guest-away',
      subject: name,
      stands: isAway ? 'over' : 'under',
      severity: 'warning',
      sentence: `${name} runs, and its agent has not been heard since ${formatInstant(lastHeardAt)}.`,
      hint: `See in the guest whether trimtab-agent runs; its log says why it does not reach this host. If it was taken away for good: trimtab forget ${quote(name)}`,
      values: { lastHeardAtMs: lastHeardAt },
      badness: { level: 0, step: 0 },
    })),
  timing: ({ alertAway }) => ({ startAfterMs: alertAway, endAfterMs: 10 * MINUTE_MS }),
};

/** `2026-11-27 13:10 UTC`: who reads it may be anywhere. */
function formatInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
