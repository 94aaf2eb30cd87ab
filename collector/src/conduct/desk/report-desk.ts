import { Fault } from '@trimtab/protocol/shared';
import { dayAt } from '../../model/day-steps.ts';
import type { ReportPool, ReportView } from '../../model/report.ts';
import { parseSince } from '../../model/report-since.ts';
import { TRIMS_KEPT } from '../../model/trim-result.ts';
import type { TrimSummary } from '../../model/trim-summary.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DoctorDesk } from '../../ports/desk/doctor.ts';
import type { ReportDesk } from '../../ports/desk/report.ts';
import type { ForecastsStore } from '../../ports/store/forecasts.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { toForecastRecords } from '../../report/forecast-records.ts';
import { pickResolution, STEP_MS } from '../../report/pick-resolution.ts';
import { countVerdicts, toLosses } from '../../report/report-losses.ts';
import { toRows } from '../../report/report-rows.ts';

type Stretch = Pick<ReportView, 'since' | 'until'>;

export interface ReportDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<TrimsStore, 'history'> &
    Pick<SamplesStore, 'pointsOfKind'> &
    Pick<ForecastsStore, 'keptForecasts'>;
}

/** What trims achieved in a stretch of time, where they did not, and what the doctor says is still to be had. */
export function createReportDesk({ clock, store }: ReportDeps, { doctor }: DoctorDesk): ReportDesk {
  return {
    async report(query) {
      const { since, until } = toStretch({ text: query.since, now: clock.now() });
      const [trims, pools, kept, { sum }] = await Promise.all([
        readTrims(store, { since, until }),
        readPools(store, { since, until }),
        store.keptForecasts({ from: dayAt(Date.parse(since)), to: dayAt(Date.parse(until)) }),
        doctor(null),
      ]);
      return {
        since,
        until,
        rows: toRows(trims),
        verdicts: countVerdicts(trims),
        losses: toLosses(trims),
        pools,
        forecasts: toForecastRecords(kept),
        stillToBeHad: sum,
      };
    },
  };
}

function toStretch(asked: { readonly text: string; readonly now: number }): Stretch {
  const from = parseSince(asked);
  if (from !== null) return { since: new Date(from).toISOString(), until: new Date(asked.now).toISOString() };
  throw new Fault({
    code: 'bad-request',
    operation: 'report',
    subject: `since ${asked.text}`,
    cause: 'that lies ahead',
    hint: 'Give a number of days (30d), or a day that has begun (2026-11-01, in UTC).',
  });
}

/**
 * Those that began in the stretch. The history is in the order in which trims were stored, and a guest that was cut off
 * delivers late what it did early: a page on which none began in the stretch is the last that is read.
 */
async function readTrims(store: ReportDeps['store'], { since, until }: Stretch): Promise<readonly TrimSummary[]> {
  const found: TrimSummary[] = [];
  let before: number | null = null;
  do {
    const page = await store.history({ guestId: null, limit: TRIMS_KEPT, before });
    found.push(...page.trims.filter(({ startedAt }) => startedAt >= since && startedAt < until));
    const isPast = page.trims.every(({ startedAt }) => startedAt < since);
    before = isPast ? null : page.older;
  } while (before !== null);
  return found;
}

/** Of a pool whose device changed, the levels of each device follow one another. */
async function readPools(store: ReportDeps['store'], { since, until }: Stretch): Promise<readonly ReportPool[]> {
  const [begin, to] = [Date.parse(since), Date.parse(until)];
  const resolution = pickResolution(to - begin);
  // With the hour or the day in which it begins: the level of the forecasts of that day is in it.
  const from = begin - (begin % STEP_MS[resolution]);
  const all = await store.pointsOfKind({ kind: 'pool', resolution, from, to });
  const byPool = Map.groupBy(all, ({ series }) => series.subject);
  return [...byPool]
    .map(([pool, series]) => ({
      pool,
      points: series.flatMap(({ points }) => points).sort((one, other) => one.at - other.at),
    }))
    .filter(({ points }) => points.length > 0)
    .sort((one, other) => one.pool.localeCompare(other.pool));
}
