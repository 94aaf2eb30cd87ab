import { Counter, type Registry } from '@prometheus-io/client';
import { TRIGGERS } from '@trimtab/protocol';
import { HOPS } from '@trimtab/protocol/causes';
import { INSIDES } from '../model/guest-inside.ts';
import { type TrimResult, VERDICTS } from '../model/trim-result.ts';

/** What all concluded trims come to, since this collector started. */
export const TRIM_COUNTERS = {
  trims: {
    name: 'trimtab_trims_total',
    help: 'Concluded trims by who had the intent and who carried them out.',
    labels: ['trigger', 'inside'],
  },
  disks: {
    name: 'trimtab_trimmed_disks_total',
    help: 'Disks of concluded trims by verdict.',
    labels: ['verdict'],
  },
  lost: {
    name: 'trimtab_lost_discards_total',
    help: 'Disks of concluded trims whose discards were lost, by the hop that lost them.',
    labels: ['hop'],
  },
  trimmed: {
    name: 'trimtab_trimmed_bytes_total',
    help: 'What guests said that they trimmed.',
    labels: [],
  },
  reclaimed: {
    name: 'trimtab_reclaimed_bytes_total',
    help: 'By how much the allocations of images fell in trims, as the host measured.',
    labels: [],
  },
} as const;

/** Counts them in a registry. A trim whose guest was lost in the middle counts once its report has come. */
export function createTrimCounters(registry: Registry): { concluded(result: TrimResult): void } {
  const counterOf = <Label extends string>({ name, help, labels }: CounterRow<Label>) =>
    new Counter<Label>({ name, help, labelNames: [...labels], registers: [registry] });
  const trims = counterOf(TRIM_COUNTERS.trims);
  const verdicts = counterOf(TRIM_COUNTERS.disks);
  const lost = counterOf(TRIM_COUNTERS.lost);
  const trimmed = counterOf<never>(TRIM_COUNTERS.trimmed);
  const reclaimed = counterOf<never>(TRIM_COUNTERS.reclaimed);
  // From 0: of one that appears with its first trim, Prometheus would see no increase.
  for (const trigger of TRIGGERS) for (const inside of INSIDES) trims.inc({ trigger, inside }, 0);
  for (const verdict of VERDICTS) verdicts.inc({ verdict }, 0);
  for (const hop of HOPS) lost.inc({ hop }, 0);
  return {
    concluded({ reported, trigger, inside, filesystems, disks }) {
      if (!reported) return;
      trims.inc({ trigger, inside });
      for (const { outcome } of filesystems)
        if (outcome.status === 'done' && outcome.trimmedBytes !== null) trimmed.inc(outcome.trimmedBytes);
      for (const { verdict, lostAt, hops } of disks) {
        verdicts.inc({ verdict });
        if (lostAt !== null) lost.inc({ hop: lostAt });
        // One that grew meanwhile gave nothing back: a counter never falls.
        if (hops.reclaimedBytes !== null) reclaimed.inc(Math.max(0, hops.reclaimedBytes));
      }
    },
  };
}

interface CounterRow<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}
