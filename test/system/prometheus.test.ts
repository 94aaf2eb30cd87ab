import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { createLoopDisk } from '../support/machine/loop-disk.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus/start-prometheus.ts';

// A real Prometheus scrapes a real collector, whose host is its own guest with one filesystem on a loop device. Needs
// root.

const MIB = 1024 ** 2;
const DELETED_BYTES = 32 * MIB;
const RULES = join(import.meta.dirname, '../../docs/monitoring/alert-rules.yml');
const DASHBOARD = join(import.meta.dirname, '../../docs/monitoring/dashboard.json');
const cleanUp = createCleanUp((line) => console.error(line));
let collector: CollectorUnderTest;
let prometheus: Prometheus;
let url: string;
let disk: { readonly mount: string; readonly image: string };

beforeAll(async () => {
  const directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-metrics-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  disk = await cleanUp.make({
    what: 'the loop device',
    make: () => createLoopDisk({ directory, name: 'disk', bytes: 256 * MIB }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  const port = await freePort();
  url = `http://127.0.0.1:${port}/metrics`;
  collector = await cleanUp.make({
    what: 'the collector',
    make: () =>
      startCollectorProgram({ directory, args: ['--metrics-listen', `127.0.0.1:${port}`, '--metrics-per-guest'] }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  const agent = startHostAgent({ directory, port: collector.agentPort, args: ['--minimum-interval', '0s'] });
  cleanUp.add('the agent', () => agent.stop());
  await collector.untilConnected({ guest: hostname(), mounts: [disk.mount], movement: agent.movement });
  const configuration = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${JSON.stringify(RULES)}]
scrape_configs: [{ job_name: trimtab, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
`;
  prometheus = await cleanUp.make({
    what: 'Prometheus',
    make: () => startPrometheus({ directory: join(directory, 'prometheus'), configuration }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
});

afterAll(() => cleanUp.run());

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

const ask = async (promql: string) => prometheus.query({ promql, at: Date.now() / 1000 });

/** The value of an answer that has one, once Prometheus has scraped it. */
async function untilValue(promql: string, isRight: (value: number) => boolean): Promise<number> {
  let value: number | undefined;
  await expect
    .poll(
      async () => {
        value = (await ask(promql))[0]?.value;
        return value !== undefined && isRight(value);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  return value ?? Number.NaN;
}

it('promtool finds nothing to say against what is told, and against the rules', async () => {
  const text = await (await fetch(url)).text();
  const file = `${disk.mount}.metrics`;
  await writeFile(file, text);
  await runCommand('sh', ['-c', `promtool check metrics <${file}`]);
  expect(await runCommand('promtool', ['check', 'rules', RULES])).toContain('SUCCESS');
  await rm(file);
});

it('it is scraped, and tells what the host measures', async () => {
  await untilValue('up{job="trimtab"}', (value) => value === 1);
  const { pools, images } = await collector.status();
  const image = images.find(({ path }) => path === disk.image);
  const pool = pools.find(({ key }) => key === image?.pool);
  expect(await untilValue(`trimtab_pool_size_bytes{pool="${pool?.key}"}`, () => true)).toBe(pool?.sizeBytes);
  // This host may have images of other tests.
  const own = `guest="${image?.guest}",disk="${image?.device ?? image?.disk}"`;
  expect(await untilValue(`trimtab_image_capacity_bytes{${own}}`, () => true)).toBe(256 * MIB);
  expect(await untilValue('process_resident_memory_bytes', () => true)).toBeGreaterThan(MIB);
});

it('what a trim gave back is counted by what the host got', async () => {
  await untilValue('trimtab_reclaimed_bytes_total', (value) => value === 0);
  const file = join(disk.mount, 'file');
  await runCommand('dd', ['if=/dev/urandom', `of=${file}`, 'bs=1M', `count=${DELETED_BYTES / MIB}`, 'conv=fsync']);
  await rm(file);
  await runCommand('sync', ['-f', disk.mount]);
  const { disks } = await collector.trim(hostname(), disk.mount);
  const reclaimed = disks[0]?.hops.reclaimedBytes ?? Number.NaN;
  expect(reclaimed).toBeGreaterThan(0.9 * DELETED_BYTES);
  expect(await untilValue('trimtab_reclaimed_bytes_total', (value) => value > 0)).toBe(reclaimed);
  expect(await untilValue('trimtab_trimmed_disks_total{verdict="reclaimed"}', (value) => value > 0)).toBe(1);
});

it('every rule is evaluated without an error', async () => {
  const names = [...(await readFile(RULES, 'utf8')).matchAll(/- alert: (\w+)/g)].map(([, name]) => `${name}: ok`);
  expect(names.length).toBeGreaterThan(5);
  await expect.poll(healthOfRules, { timeout: 60_000 }).toEqual(names);
});

/** https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
interface RulesAnswer {
  readonly data: { readonly groups: readonly { readonly rules: readonly { name: string; health: string }[] }[] };
}

async function healthOfRules(): Promise<readonly string[]> {
  const response = await fetch(`${prometheus.url}/api/v1/rules`);
  const { data } = (await response.json()) as RulesAnswer;
  return data.groups.flatMap(({ rules }) => rules.map(({ name, health }) => `${name}: ${health}`));
}

it('every query of the dashboard is answered, and all that must have values have some', async () => {
  const { panels } = JSON.parse(await readFile(DASHBOARD, 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(10);
  // This host has no thin pool, and too few days are known of it for a forecast. An increase needs two scrapes.
  await expect
    .poll(async () => listSilent(queries), { timeout: 60_000 })
    .toEqual([
      'trimtab_pool_metadata_used_bytes / trimtab_pool_metadata_size_bytes',
      'trimtab_pool_full_probability_ratio{days="30"}',
      '(trimtab_pool_full_timestamp_seconds - time()) / 86400',
    ]);
});

async function listSilent(queries: readonly string[]): Promise<readonly string[]> {
  const silent: string[] = [];
  for (const expr of queries) if ((await ask(expr)).length === 0) silent.push(expr);
  return silent;
}

it('the port has nothing but figures', async () => {
  expect((await fetch(url.replace('/metrics', '/v1/status'))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});
