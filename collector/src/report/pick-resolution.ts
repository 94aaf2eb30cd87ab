import type { Resolution } from '../model/series.ts';

const DAY_MS = 24 * 3_600_000;
/** Up to so long a chart shows hours: 336 points. */
const HOURS_SHOWN_MS = 14 * DAY_MS;

/** Of each resolution, one of its points. */
export const STEP_MS = { hour: 3_600_000, day: DAY_MS } as const;

/** As fine as a chart can show. */
export function pickResolution(lengthMs: number): Exclude<Resolution, 'raw'> {
  return lengthMs <= HOURS_SHOWN_MS ? 'hour' : 'day';
}
