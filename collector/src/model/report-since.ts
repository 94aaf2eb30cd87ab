const DAY_MS = 24 * 3_600_000;
/** As long as days are kept. */
export const MOST_DAYS = 1_830;

export const DEFAULT_SINCE = '30d';

/**
 * From when on a report tells, as its reader writes it: `30d`, so many days before now, or the beginning of a day
 * (`2026-11-01`, UTC). UTC, milliseconds; null for what is neither, or lies ahead.
 */
export function parseSince({ text, now }: { readonly text: string; readonly now: number }): number | null {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  if (days !== undefined) return Number(days) <= MOST_DAYS ? now - Number(days) * DAY_MS : null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const began = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes 2026-02-30 for a day of March.
  if (Number.isNaN(began) || new Date(began).toISOString().slice(0, text.length) !== text) return null;
  return began < now ? began : null;
}

/** Is it written so, whether it lies ahead or not? */
export function isSince(text: string): boolean {
  return parseSince({ text, now: Number.MAX_SAFE_INTEGER }) !== null;
}
