import { MINUTE_MS, type Rule } from '../rule.ts';

/** Of those who wait so many are named: they name themselves. */
const NAMED = 3;

/** Guests that come and are let in only by a person: copies, or ones that show another's token. One alert for all. */
export const guestsHeld: Rule = {
  read: ({ held }) =>
    held === null
      ? []
      : [
          {
            rule: 'guests-held',
            subject: 'held guests',
            stands: held.length > 0 ? 'over' : 'under',
            severity: 'warning',
            sentence: tellHeld(held.map(({ hostname }) => hostname)),
            hint: '`trimtab guests` says why, and which command lets each in or dismisses it.',
            values: { held: held.length },
            badness: { level: held.length, step: 0 },
          },
        ],
  timing: () => ({ startAfterMs: 10 * MINUTE_MS, endAfterMs: 10 * MINUTE_MS }),
};

function tellHeld(names: readonly string[]): string {
  if (names.length === 0) return 'No guest is held.';
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  const guests = names.length === 1 ? '1 guest is' : `${names.length} guests are`;
  return `${guests} held until a person decides: ${names.slice(0, NAMED).join(', ')}${more}.`;
}
