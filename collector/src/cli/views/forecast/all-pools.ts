import { formatBytes } from '@trimtab/protocol/shared';
import type { ForesightView, PoolForesight } from '../../../model/foresight.ts';
import { type Cell, type Column, formatTable } from '../../table.ts';
import { wrap } from '../../wrap.ts';
import { formatFindings } from '../findings.ts';
import type { Page } from '../page.ts';
import { formatChance, formatGrowth, formatWhen, nameOf, tellForecast } from './tell-forecast.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'POOL', shrink: 'start', least: 8 },
  { heading: 'SIZE', align: 'right' },
  { heading: 'FREE', align: 'right' },
  { heading: 'GROWS/DAY', align: 'right' },
  { heading: 'FULL ABOUT' },
  { heading: '30 D', align: 'right' },
  { heading: '90 D', align: 'right' },
];

/** Likely enough to be looked at. */
const LIKELY = 0.5;

/** A sentence of each pool that fills, then all of them in a table. */
export function formatForecasts({ pools, unsampled, findings }: ForesightView, page: Page): string {
  const { width, paint } = page;
  const found = formatFindings(findings, page);
  const unknown = tellUnsampled({ unsampled, findings });
  if (pools.length === 0) return formatNone({ unsampled, unknown, found }, page);
  const sentences = pools
    .filter(({ asItGoes }) => asItGoes.kind === 'date' || asItGoes.kind === 'full')
    .flatMap((one) =>
      wrap({ text: tellForecast(nameOf(one), one.asItGoes), width, rest: '  ' }).map((line) =>
        paint(styleOf(one), line),
      ),
    );
  const rows = pools.map((one): Cell[] => {
    const { sizeBytes, usedBytes, asItGoes } = one;
    return [
      nameInTable(one),
      formatBytes(sizeBytes),
      formatBytes(sizeBytes - usedBytes),
      formatGrowth(asItGoes.growthPerDay),
      { text: formatWhen(asItGoes), style: styleOf(one) },
      formatChance(asItGoes.within?.['30'] ?? null),
      formatChance(asItGoes.within?.['90'] ?? null),
    ];
  });
  const table = formatTable({ columns: COLUMNS, rows, width, paint });
  const notes = [
    ...(unsampled.length === 0 ? [] : wrap({ text: unknown, width, rest: '  ' })),
    ...wrap({
      text: '30 D and 90 D: the probability that it is full within so many days. `trimtab forecast POOL` shows a pool with who fills it.',
      width,
    }).map((line) => paint('quiet', line)),
    ...found,
  ];
  return `${[...sentences, ...(sentences.length === 0 ? [] : ['']), ...table, '', ...notes].join('\n')}\n`;
}

export function styleOf({ asItGoes: { kind, within } }: Pick<PoolForesight, 'asItGoes'>): 'bad' | 'unsure' | null {
  if (kind === 'full' || (within !== null && within['30'] >= LIKELY)) return 'bad';
  return within !== null && within['90'] >= LIKELY ? 'unsure' : null;
}

export function nameInTable({ pool, kind }: Pick<PoolForesight, 'pool' | 'kind'>): string {
  return kind === 'pool' ? pool : `${pool} (metadata)`;
}

function formatNone(
  { unsampled, unknown, found }: Record<'unsampled' | 'found', readonly string[]> & { readonly unknown: string },
  { width }: Page,
): string {
  const text =
    unsampled.length === 0
      ? 'No pool is known: `trimtab status` shows the images of this host and the pools they are in.'
      : unknown;
  return `${[...wrap({ text, width, rest: '  ' }), ...found].join('\n')}\n`;
}

/** That it takes some minutes is true only where what is sampled can be stored. */
export function tellUnsampled({ unsampled, findings }: Pick<ForesightView, 'unsampled' | 'findings'>): string {
  const pools = unsampled.join(', ');
  if (findings.length > 0) return `Nothing is stored yet of ${pools}, and nothing can be now: see below.`;
  return `Nothing was sampled yet of ${pools}. The collector samples steadily: ask again in some minutes.`;
}
