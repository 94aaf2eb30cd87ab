import type { Hop } from '@trimtab/protocol/causes';
import type { DoctorView } from './doctor.ts';
import type { Day, Forecast } from './forecast.ts';
import type { FillingKind } from './foresight.ts';
import type { SeriesPoint } from './series.ts';
import type { Verdict } from './trim-result.ts';

export interface ReportQuery {
  /** See report-since.ts. */
  readonly since: string;
}

/** A sum of what was told, and how often nothing was: with that, it is less than the whole. */
export interface ToldSum {
  readonly bytes: number;
  /** Trims that did not say, or could not be measured. */
  readonly untold: number;
}

/** The trims of one guest on one day. */
export interface ReportRow {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Its name now. */
  readonly guest: string;
  readonly trims: number;
  /** What its filesystems said that they trimmed. */
  readonly trimmed: ToldSum;
  /** By how much the allocations of its images fell, as the host measured. */
  readonly reclaimed: ToldSum;
}

/** Where the discards of trims were lost, or what they gave up was held. */
export interface ReportLoss {
  readonly verdict: Verdict;
  /** Null where something was held, and nothing lost. */
  readonly hop: Hop | null;
  /** The id of the cause; null where none was proven. */
  readonly cause: string | null;
  /** Disks of trims: one that was trimmed twice in vain counts twice. */
  readonly disks: number;
  /** Whose, each once, by name. */
  readonly guests: readonly string[];
}

/** The level of one pool over the stretch, by the hour or the day. */
export interface ReportPool {
  readonly pool: string;
  readonly points: readonly SeriesPoint[];
}

/** What was foreseen of a pool at the beginning, held against what came. */
export interface ForecastRecord {
  readonly pool: string;
  readonly kind: FillingKind;
  readonly foreseenOn: Day;
  readonly first: Forecast;
  readonly last: Forecast;
  /** By how much it was to grow until now; null where too few days were known. */
  readonly foretoldBytes: number | null;
  readonly grewBytes: number;
}

/** What trims achieved in a stretch of time, and what is still to be had. */
export interface ReportView {
  /** A stretch of time: from the first instant, up to and without the second (UTC, ISO 8601). */
  readonly since: string;
  readonly until: string;
  /** By the day, then by how much came back. */
  readonly rows: readonly ReportRow[];
  readonly verdicts: readonly { readonly verdict: Verdict; readonly disks: number }[];
  /** The most frequent first. */
  readonly losses: readonly ReportLoss[];
  readonly pools: readonly ReportPool[];
  readonly forecasts: readonly ForecastRecord[];
  /** As of now, by the doctor. */
  readonly stillToBeHad: DoctorView['sum'];
}
