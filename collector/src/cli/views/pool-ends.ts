import type { ReportPool, ReportView } from '../../model/report.ts';

/** What was sampled last may be so old, in a report by the day, and is of now. */
const NOW_MS = 2 * 86_400_000;

type Point = ReportPool['points'][number];

/** What is known of a pool at the two ends of a report. Days are UTC. */
export interface PoolEnds {
  readonly last: Point;
  /** Null where nothing is known of it before its last day: it has neither a before nor a change. */
  readonly before: { readonly day: string; readonly levelBytes: number; readonly changeBytes: number } | null;
  /** The day of its last level where it has none of now: it is gone. */
  readonly goneSince: string | null;
}

/** Null without a level. */
export function toPoolEnds({ points }: ReportPool, { until }: Pick<ReportView, 'until'>): PoolEnds | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [day, lastDay] = [toDay(first), toDay(last)];
  const changeBytes = last.levelBytes - first.levelBytes;
  return {
    last,
    before: first === last ? null : { day, levelBytes: first.levelBytes, changeBytes },
    goneSince: Date.parse(until) - last.at > NOW_MS ? lastDay : null,
  };
}

const toDay = ({ at }: Point): string => new Date(at).toISOString().slice(0, 10);
