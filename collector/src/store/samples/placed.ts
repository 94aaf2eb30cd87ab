import type { Sample } from '../../model/series.ts';
import { type KnownSeries, nameOf } from './known-series.ts';
import { beginOf } from './stretches.ts';

/** A sample, and the id of its series. */
export interface Placed extends Sample {
  readonly id: number;
}

/** Without those for whose series there was no room; in the order in which they lie. */
export function placeAll(samples: readonly Sample[], known: KnownSeries): readonly Placed[] {
  return samples
    .flatMap(({ series, at, levelBytes, limitBytes }) => {
      const id = known.get(nameOf(series));
      if (id === undefined) return [];
      const limit = limitBytes === null ? null : toBytes(limitBytes);
      return [{ id, series, at: Math.floor(at), levelBytes: toBytes(levelBytes), limitBytes: limit }];
    })
    .sort((a, b) => beginOf(a.at, 'raw') - beginOf(b.at, 'raw') || a.id - b.id || a.at - b.at);
}

/** What no number of JavaScript tells exactly (8 PiB and more) is kept as the largest that one does. */
const toBytes = (bytes: number): number => Math.min(Math.max(Math.round(bytes), 0), Number.MAX_SAFE_INTEGER);
