import type { ReportLoss, ReportView } from '../model/report.ts';
import type { Verdict } from '../model/trim-result.ts';
import type { TrimSummary } from '../model/trim-summary.ts';

type Trim = Pick<TrimSummary, 'guest' | 'disks' | 'verdicts'>;

interface Seen extends Pick<ReportLoss, 'verdict' | 'hop' | 'cause'> {
  readonly guest: string;
}

/** Of a trim with more disks than a list tells, each verdict counts once, without its cause. */
function disksOf({ guest, disks, verdicts }: Trim): readonly Seen[] {
  if (disks === null) return verdicts.map(({ verdict, lostAt }) => ({ guest, verdict, hop: lostAt, cause: null }));
  return disks.map(({ verdict, lostAt, cause }) => ({ guest, verdict, hop: lostAt, cause }));
}

const IN_VAIN: ReadonlySet<Verdict> = new Set(['lost', 'held', 'stale']);

/** Where nothing came back though it was to: the most frequent first. */
export function toLosses(trims: readonly Trim[]): readonly ReportLoss[] {
  const vain = trims.flatMap(disksOf).filter(({ verdict }) => IN_VAIN.has(verdict));
  const byKind = Map.groupBy(vain, ({ verdict, hop, cause }) => `${verdict} ${hop} ${cause}`);
  return [...byKind.values()]
    .flatMap((seen) => {
      const [first] = seen;
      if (first === undefined) return [];
      const { verdict, hop, cause } = first;
      const guests = [...new Set(seen.map(({ guest }) => guest))].sort();
      return { verdict, hop, cause, disks: seen.length, guests };
    })
    .sort((one, other) => other.disks - one.disks);
}

/** How many disks of trims have each verdict, the most frequent first. */
export function countVerdicts(trims: readonly Trim[]): ReportView['verdicts'] {
  const byVerdict = Map.groupBy(trims.flatMap(disksOf), ({ verdict }) => verdict);
  return [...byVerdict]
    .map(([verdict, seen]) => ({ verdict, disks: seen.length }))
    .sort((one, other) => other.disks - one.disks);
}
