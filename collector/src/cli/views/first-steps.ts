import { formatBytes } from '@trimtab/protocol/shared';
import type { FirstSteps, GuestCounts, SeenPool } from '../../model/first-steps.ts';
import { fullnessOf } from '../../model/pool.ts';
import { wrap } from '../wrap.ts';
import { formatCommand } from './command.ts';
import type { Page } from './page.ts';

/** More pools than these are counted. */
const POOLS_SHOWN = 3;

/** What is seen, a line each, and the one command that comes next. */
export function formatFirstSteps({ guests, pools, firingAlerts, next }: FirstSteps, page: Page): string {
  const { width, paint } = page;
  const seen = [
    ...(guests === null ? [] : formatLine({ label: 'Guests', text: tellGuests(guests) }, page)),
    ...(guests === null || guests.held === 0
      ? []
      : formatLine({ label: 'Held', text: `${guests.held}, until a person decides` }, page)),
    ...(pools === null ? [] : formatPools(pools, page)),
    ...(firingAlerts === null || firingAlerts === 0
      ? []
      : formatLine({ label: 'Alerts', text: `${firingAlerts} firing` }, page)),
  ];
  return `${[
    ...seen,
    ...(seen.length === 0 ? [] : ['']),
    ...wrap({ text: `${next.why} This ${next.does}:`, width }),
    '',
    ...formatCommand({ command: next.command, width, indent: '  ' }).map((line) => paint('heading', line)),
  ].join('\n')}\n`;
}

const LABEL_WIDTH = 8;

function formatLine({ label, text }: Readonly<Record<'label' | 'text', string>>, { width }: Page): string[] {
  return wrap({ text, width, first: label.padEnd(LABEL_WIDTH), rest: ' '.repeat(LABEL_WIDTH) });
}

function tellGuests({ all, withAgent, byQemuGa, away, off, withoutAgent }: GuestCounts): string {
  const parts = [
    tell(withAgent, 'with an agent'),
    tell(byQemuGa, 'with qemu-ga alone'),
    tell(away, 'with an agent that is away'),
    tell(withoutAgent, 'without an agent'),
    tell(off, 'off'),
  ].flat();
  return parts.length === 0 ? 'none' : `${all}: ${parts.join(', ')}`;
}

const tell = (count: number, what: string): readonly string[] => (count === 0 ? [] : [`${count} ${what}`]);

function formatPools(pools: readonly SeenPool[], page: Page): string[] {
  if (pools.length === 0) return formatLine({ label: 'Pools', text: 'none' }, page);
  const shown = pools
    .slice(0, POOLS_SHOWN)
    .flatMap((pool, index) => formatLine({ label: index === 0 ? 'Pools' : '', text: tellPool(pool) }, page));
  const rest = pools.length - POOLS_SHOWN;
  return rest <= 0 ? shown : [...shown, ...formatLine({ label: '', text: `and ${rest} more` }, page)];
}

function tellPool(pool: SeenPool): string {
  const { key, freeBytes, overcommit } = pool;
  const used = Math.floor(fullnessOf(pool) * 100);
  return `${key}, ${used} % used, ${formatBytes(freeBytes)} free, overcommit ${overcommit.toFixed(1)}x`;
}
