import type { ReportRow, ToldSum } from '../../model/report.ts';

export interface GuestSum {
  readonly guest: string;
  readonly trims: number;
  readonly trimmed: ToldSum;
  readonly reclaimed: ToldSum;
}

/** Of a day, of a guest, or of all. */
interface Sums {
  readonly trims: number;
  readonly trimmed: ToldSum;
  readonly reclaimed: ToldSum;
}

export interface ReportSums extends Sums {
  /** Those first to whose host most came back. */
  readonly guests: readonly GuestSum[];
  /** In the order of time; days without a trim are left out. */
  readonly days: readonly ({ readonly day: string } & Sums)[];
}

/** The rows of a report by guest, by day, and all together. */
export function sumUp(rows: readonly ReportRow[]): ReportSums {
  const byGuest = Map.groupBy(rows, ({ guest }) => guest);
  const byDay = Map.groupBy(rows, ({ day }) => day);
  return {
    ...addRows(rows),
    guests: [...byGuest]
      .map(([guest, own]) => ({ guest, ...addRows(own) }))
      .sort((one, other) => other.reclaimed.bytes - one.reclaimed.bytes || one.guest.localeCompare(other.guest)),
    days: [...byDay].map(([day, own]) => ({ day, ...addRows(own) })),
  };
}

function addRows(rows: readonly ReportRow[]): Sums {
  return {
    trims: rows.reduce((sum, { trims }) => sum + trims, 0),
    trimmed: addTold(rows.map(({ trimmed }) => trimmed)),
    reclaimed: addTold(rows.map(({ reclaimed }) => reclaimed)),
  };
}

function addTold(sums: readonly ToldSum[]): ToldSum {
  return {
    bytes: sums.reduce((sum, { bytes }) => sum + bytes, 0),
    untold: sums.reduce((sum, { untold }) => sum + untold, 0),
  };
}
