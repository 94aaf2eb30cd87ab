import type { Sample, SeriesKey } from '../../../collector/src/model/series.ts';
import { MIDNIGHT } from '../../contract/sample-examples.ts';

export const SERIES = 60;
/** Three calls in each of the stretches of time in which samples lie. */
const STEP_MS = 100_000;

export const seriesOf = (n: number): SeriesKey => ({ kind: 'image', subject: `/images/${n}`, device: '' });

/** What each call of a process that is about to be killed adds: of every series one sample. */
export function samplesOf(call: number): readonly Sample[] {
  return Array.from({ length: SERIES }, (_, n) => sampleOf({ call, n }));
}

export function sampleOf({ call, n }: { call: number; n: number }): Sample {
  const levelBytes = ((call * 7_919 + n * 104_729) % 1_000) * 2 ** 30;
  return { series: seriesOf(n), at: MIDNIGHT + call * STEP_MS + n, levelBytes, limitBytes: 2 ** 40 };
}
