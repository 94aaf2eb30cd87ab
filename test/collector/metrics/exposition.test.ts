import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOPS } from '@trimtab/protocol/causes';
import { expect, it } from 'vitest';
import { BUILD, createExposition, GAUGES } from '../../../collector/src/metrics/exposition.ts';
import { GUEST_GAUGES } from '../../../collector/src/metrics/guest-gauges.ts';
import { TRIM_COUNTERS } from '../../../collector/src/metrics/trim-counters.ts';
import type { MetricFacts } from '../../../collector/src/model/metric-facts.ts';
import { formatMetricsPage } from '../../docs/metrics-page.ts';
import { GUESTS, STATUS, TRIM } from '../api/examples.ts';

const root = join(import.meta.dirname, '../../..');
const FACTS: MetricFacts = { status: STATUS, guests: GUESTS.guests, isDatabaseUp: true };
const create = (perGuest = false) => createExposition({ version: '0.2.0', perGuest, addOwn: () => {} });
const linesOf = ({ text, name }: { text: string; name: string }) =>
  text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));

it('tells each pool by its key, and has no metadata of one that is no thin pool', async () => {
  const text = await create().tell(FACTS);
  expect(linesOf({ text, name: 'trimtab_pool_free_bytes' })).toEqual([
    `trimtab_pool_free_bytes{pool="/var/lib/libvirt/images"} ${6 * 1024 ** 3}`,
    `trimtab_pool_free_bytes{pool="/srv/nfs"} ${412 * 1024 ** 3}`,
    `trimtab_pool_free_bytes{pool="vg0/pool-a"} ${700 * 1024 ** 2}`,
  ]);
  expect(linesOf({ text, name: 'trimtab_pool_metadata_used_bytes' })).toEqual([
    'trimtab_pool_metadata_used_bytes{pool="vg0/pool-a"} 593494',
  ]);
});

it('tells of a forecast how likely a full pool is, and when; nothing where there are too few days', async () => {
  const forecast = {
    at: '2026-11-27',
    kind: 'date',
    fullBetween: ['2026-12-20', '2027-02-01'],
    median: '2027-01-02',
    within: { '7': 0, '30': 0.25, '90': 0.875 },
    needsDays: null,
    growthPerDay: 86_400,
    lastShift: null,
  } as const;
  const young = {
    ...forecast,
    kind: 'not-enough-data',
    fullBetween: null,
    median: null,
    within: null,
    growthPerDay: null,
  } as const;
  const status = {
    ...STATUS,
    forecasts: [
      { pool: '/a', forecast },
      { pool: '/b', forecast: young },
    ],
  };
  const text = await create().tell({ ...FACTS, status });
  expect(text.split('\n').filter((line) => /^trimtab_pool_(?:full|growth)/.test(line))).toEqual([
    'trimtab_pool_full_probability_ratio{pool="/a",days="7"} 0',
    'trimtab_pool_full_probability_ratio{pool="/a",days="30"} 0.25',
    'trimtab_pool_full_probability_ratio{pool="/a",days="90"} 0.875',
    `trimtab_pool_full_timestamp_seconds{pool="/a"} ${Date.UTC(2027, 0, 2) / 1000}`,
    'trimtab_pool_growth_bytes_per_second{pool="/a"} 1',
  ]);
});

it('says nothing more of a pool that is gone', async () => {
  const exposition = create();
  await exposition.tell(FACTS);
  const [first] = STATUS.pools;
  if (first === undefined) throw new Error('the example has no pool');
  const text = await exposition.tell({ ...FACTS, status: { ...STATUS, pools: [first] } });
  expect(linesOf({ text, name: 'trimtab_pool_size_bytes' })).toHaveLength(1);
});

it('counts guests of every state, also of one that none is in', async () => {
  const text = await create().tell({ status: STATUS, guests: [], isDatabaseUp: true });
  expect(linesOf({ text, name: 'trimtab_guests' })).toEqual([
    'trimtab_guests{state="connected"} 0',
    'trimtab_guests{state="away"} 0',
    'trimtab_guests{state="visits"} 0',
    'trimtab_guests{state="off"} 0',
    'trimtab_guests{state="no-agent"} 0',
  ]);
});

it('names guests and images only where that was asked for, and no name breaks a line', async () => {
  const names = GUEST_GAUGES.map(({ name }) => name);
  const [bare, whole] = await Promise.all([create().tell(FACTS), create(true).tell(FACTS)]);
  for (const name of names) expect(bare).not.toContain(name);
  for (const name of names) expect(linesOf({ text: whole, name })).not.toEqual([]);
  for (const line of whole.trimEnd().split('\n'))
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) \S+ .*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? \S+|)$/u);
});

it('counts a trim once its report has come: by verdict, by the hop that lost it, and what came back', async () => {
  const exposition = create();
  exposition.concluded(TRIM);
  exposition.concluded({ ...TRIM, reported: false });
  const text = await exposition.tell(FACTS);
  expect(linesOf({ text, name: 'trimtab_trims_total' }).filter((line) => !line.endsWith(' 0'))).toEqual([
    `trimtab_trims_total{trigger="${TRIM.trigger}",inside="${TRIM.inside}"} 1`,
  ]);
  const sum = TRIM.disks.reduce((bytes, { hops }) => bytes + Math.max(0, hops.reclaimedBytes ?? 0), 0);
  expect(sum).toBeGreaterThan(0);
  expect(linesOf({ text, name: 'trimtab_reclaimed_bytes_total' })).toEqual([`trimtab_reclaimed_bytes_total ${sum}`]);
  const lostAt = TRIM.disks.flatMap(({ lostAt: hop }) => hop ?? []);
  expect(linesOf({ text, name: 'trimtab_lost_discards_total' })).toEqual(
    HOPS.map((hop) => `trimtab_lost_discards_total{hop="${hop}"} ${lostAt.filter((lost) => lost === hop).length}`),
  );
});

it('a disk that grew in a trim makes no counter fall', async () => {
  const exposition = create();
  const disks = TRIM.disks.map((disk) => ({ ...disk, hops: { ...disk.hops, reclaimedBytes: -1 } }));
  exposition.concluded({ ...TRIM, disks });
  expect(linesOf({ text: await exposition.tell(FACTS), name: 'trimtab_reclaimed_bytes_total' })).toEqual([
    'trimtab_reclaimed_bytes_total 0',
  ]);
});

it('what the process takes is added once, when somebody asks', async () => {
  let added = 0;
  const exposition = createExposition({ version: '0.2.0', perGuest: false, addOwn: () => (added += 1) });
  expect(added).toBe(0);
  await exposition.tell(FACTS);
  await exposition.tell(FACTS);
  expect(added).toBe(1);
});

it('the names end with their unit, or count things', () => {
  for (const { name } of [...GAUGES, ...GUEST_GAUGES])
    expect(name).toMatch(
      /_(?:bytes|seconds|bytes_per_second|ratio|info|guests|images|findings|alerts|used|connected|up)$/,
    );
  for (const { name } of Object.values(TRIM_COUNTERS)) expect(name).toMatch(/_total$/);
});

it('docs/metrics.md is what the rows make it (else: npm run docs)', () => {
  expect(readFileSync(join(root, 'docs/metrics.md'), 'utf8')).toBe(formatMetricsPage());
});

it('no rule and no panel asks for a figure that there is not', () => {
  const told = new Set(
    [BUILD, ...GAUGES, ...GUEST_GAUGES, ...Object.values(TRIM_COUNTERS)].map(({ name }) => name as string),
  );
  for (const file of ['alert-rules.yml', 'dashboard.json']) {
    const text = readFileSync(join(root, 'docs/monitoring', file), 'utf8');
    const asked = [...text.matchAll(/\btrimtab_[a-z_]+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !told.has(name))).toEqual([]);
  }
});
