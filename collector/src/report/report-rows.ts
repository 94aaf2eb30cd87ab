import type { ReportRow, ToldSum } from '../model/report.ts';
import type { TrimSummary } from '../model/trim-summary.ts';

type Trim = Pick<TrimSummary, 'startedAt' | 'guest' | 'trimmedBytes' | 'reclaimedBytes'>;

/** The trims of each guest and day, the earliest day first, and in it those first of which most came back. */
export function toRows(trims: readonly Trim[]): readonly ReportRow[] {
  const byKey = Map.groupBy(trims, ({ startedAt, guest }) => `${toDay(startedAt)} ${guest}`);
  return [...byKey.values()]
    .flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      return {
        day: toDay(first.startedAt),
        guest: first.guest,
        trims: own.length,
        trimmed: addUp(own.map(({ trimmedBytes }) => trimmedBytes)),
        reclaimed: addUp(own.map(({ reclaimedBytes }) => reclaimedBytes)),
      };
    })
    .sort((one, other) => one.day.localeCompare(other.day) || other.reclaimed.bytes - one.reclaimed.bytes);
}

const toDay = (instant: string) => instant.slice(0, 'YYYY-MM-DD'.length);

function addUp(told: readonly (number | null)[]): ToldSum {
  const known = told.filter((bytes) => bytes !== null);
  return { bytes: known.reduce((sum, bytes) => sum + bytes, 0), untold: told.length - known.length };
}
