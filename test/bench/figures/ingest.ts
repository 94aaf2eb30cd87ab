import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { askApi } from '../../support/programs/api-request.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { samplesOfMinutes } from '../history/fleet-samples.ts';
import { formatSpread, median, percentile } from '../statistics.ts';

const IMAGES = 1_000;
const MINUTES = 10;
/** Of the collector that is asked. */
const GUESTS = 100;
/** Between two calls, in which others are asked that are not counted. */
const REST_MS = 200;
const ROUNDS = 40;
const READS = 300;
const COLLECTOR = new URL('../history/sampling-collector.ts', import.meta.url).pathname;
/** What asking may take longer meanwhile. */
const MORE_MS = 20;

interface Span {
  readonly beganMs: number;
  readonly endedMs: number;
}

/**
 * 10,000 samples in one call of a running collector, durable with their hours and days; and what others notice who ask
 * it for its status meanwhile.
 */
export const ingest: Benchmark = {
  figures: [
    { figure: 'ingest', unit: 's', bar: 1, bound: 'at most', decimals: 3 },
    { figure: 'ingest-status', unit: 'x', bar: 1, bound: 'at most', decimals: 2 },
  ],
  async measure(bench) {
    const bare = Array.from({ length: 5 }, (_, nth) => timeBare(join(bench.directory, `bare-${nth}.sqlite`)));
    const collector = await startSampling(bench);
    try {
      const { busy, calm, ingested } = await readWhileIngesting(collector, bench.signal);
      const [p99, usual] = [percentile(busy, 0.99), percentile(calm, 0.99)];
      return {
        ingest: {
          value: median(ingested) / 1_000,
          against: `${formatSpread(ingested)} ms, ${ingested.length} times; a bare insert of as many rows: ${formatSpread(bare)} ms`,
        },
        'ingest-status': {
          value: Math.max(0, Math.min(p99 / (2 * usual), (p99 - usual) / MORE_MS)),
          against:
            `p99 of GET /v1/status ${p99.toFixed(1)} ms, ${usual.toFixed(1)} ms while nothing comes (1 x is twice` +
            ` that, or ${MORE_MS} ms more); medians ${median(busy).toFixed(1)} and ${median(calm).toFixed(1)} ms`,
        },
      };
    } finally {
      await collector.stop();
    }
  },
};

/** How long questions took that were asked during a call, and those that were not; and each call. */
async function readWhileIngesting(
  { socketPath, add }: Awaited<ReturnType<typeof startSampling>>,
  signal: AbortSignal,
): Promise<Readonly<Record<'busy' | 'calm' | 'ingested', readonly number[]>>> {
  const reads: Record<'busy' | 'calm', number[]> = { busy: [], calm: [] };
  for (let n = 0; n < READS; n += 1) reads.calm.push(lengthOf(await readStatus(socketPath)));
  const ingested: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    let isAdding = true;
    const adding = add(round * MINUTES).finally(() => {
      isAdding = false;
    });
    while (isAdding) reads.busy.push(lengthOf(await readStatus(socketPath)));
    ingested.push(await adding);
    await delay(REST_MS);
  }
  return { ...reads, ingested };
}

const lengthOf = ({ beganMs, endedMs }: Span): number => endedMs - beganMs;

async function readStatus(socketPath: string): Promise<Span> {
  const beganMs = performance.now();
  const { status } = await askApi({ socketPath, path: '/v1/status' });
  if (status !== 200) throw new Error(`GET /v1/status: ${status}`);
  return { beganMs, endedMs: performance.now() };
}

async function startSampling({ directory, signal }: Bench) {
  const images = join(directory, 'images');
  await mkdir(images);
  const guest: unknown[] = [];
  for (let n = 0; n < GUESTS; n += 1) {
    signal.throwIfAborted();
    const image = join(images, `web-${n}.raw`);
    const file = await open(image, 'w');
    await file.truncate(2 ** 30).finally(() => file.close());
    guest.push({ name: `web-${n}`, disk: [{ image, format: 'raw' }] });
  }
  const socketPath = join(directory, 'api');
  const flags = { socket: socketPath, stateDirectory: join(directory, 'state'), listen: '127.0.0.1:0', guest };
  const child = fork(COLLECTOR, [JSON.stringify(flags)], { execArgv: ['--conditions=source'] });
  await answer(child);
  return {
    socketPath,
    /** Resolves with how long that took the collector. */
    async add(from: number): Promise<number> {
      const answered = answer(child);
      child.send({ images: IMAGES, minutes: MINUTES, from });
      const { ms, count } = (await answered) as { readonly ms: number; readonly count: number };
      if (count !== IMAGES * MINUTES) throw new Error(`${count} samples were added`);
      return ms;
    },
    async stop(): Promise<void> {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function answer(child: ChildProcess): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onExit = () => reject(new Error('the collector ended'));
  child.once('exit', onExit);
  child.once('message', (said) => {
    child.off('exit', onExit);
    resolve(said);
  });
  return promise;
}

/** As many rows in a plain table with an index, in one commit, with the settings that the collector's database has. */
function timeBare(path: string): number {
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table sample (series text, at integer, level integer, size integer, unique (series, at))`);
  const insert = database.prepare('insert into sample values (?, ?, ?, ?)');
  const samples = samplesOfMinutes({ images: IMAGES, minutes: MINUTES, from: 0 });
  const beganMs = performance.now();
  database.exec('begin');
  for (const { series, at, levelBytes, limitBytes } of samples) insert.run(series.subject, at, levelBytes, limitBytes);
  database.exec('commit');
  const tookMs = performance.now() - beganMs;
  database.close();
  return tookMs;
}
