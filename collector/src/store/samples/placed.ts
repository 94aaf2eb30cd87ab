import type { Sample } from '../../model/series.ts';
import { type KnownSeries, nameOf } from './known-series.ts';

/** A sample, and the id of its series. */
export interface Placed extends Sample {
  readonly id: number;
}

export function toPlaced({ series, at, levelBytes, limitBytes }: Sample, known: KnownSeries): Placed {
  const id = known.get(nameOf(series));
  if (id === undefined) throw new Error('the database gave a series no id');
  return {
    id,
    series,
    at: Math.floor(at),
    levelBytes: toBytes(levelBytes),
    limitBytes: limitBytes === null ? null : toBytes(limitBytes),
  };
}

/** What no number of JavaScript tells exactly (8 PiB and more) is kept as the largest that one does. */
const toBytes = (bytes: number): number => Math.min(Math.max(Math.round(bytes), 0), Number.MAX_SAFE_INTEGER);
