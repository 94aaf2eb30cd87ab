import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { askApi } from '../../support/programs/api-request.ts';
import type { Bench, Benchmark, Measured } from '../benchmark.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { median, percentile } from '../statistics.ts';

const SIZE = 1_000;
const ASKED_AT_ONCE = 20;
const REPORTS = 5_000;
const DOCTOR_ROUNDS = 3;

/**
 * A collector with 1,000 agents. All are asked to trim by single requests, 20 at a time: until the last was sent, and
 * until every report is judged, stored and acknowledged. Then 5,000 more reports come while somebody asks for the
 * newest trim, and the doctor examines all.
 */
export const fleet: Benchmark = {
  figures: [
    { figure: 'fan-out-1000-sent', unit: 's', bar: 2, bound: 'at most', decimals: 2 },
    { figure: 'fan-out-1000', unit: 's', bar: 8, bound: 'at most', decimals: 2 },
    { figure: 'history-under-load', unit: 'ms', bar: 150, bound: 'at most', decimals: 0 },
    { figure: 'doctor-1000', unit: 's', bar: 2, bound: 'at most', decimals: 2 },
  ],
  async measure({ directory, say, signal }) {
    const running = await startFleet({
      directory: join(directory, 'fleet'),
      size: SIZE,
      args: ['--slots-per-pool', '64'],
      signal,
    });
    try {
      const sentAndStored = await fanOut(running, { directory, say, signal });
      return {
        ...sentAndStored,
        'history-under-load': await askUnderLoad(running, { directory, say, signal }),
        'doctor-1000': await timeDoctor(running),
      };
    } finally {
      await running.close();
    }
  },
};

async function fanOut({ collector, agents }: Fleet, { directory, say, signal }: Bench) {
  const { socketPath } = collector;
  const bareMs = timeCommits(join(directory, 'bare.sqlite'));
  const beganMs = performance.now();
  const waiting = agents.values();
  const askSome = async () => {
    for (const { guest } of waiting) {
      const { status, body } = await askApi({
        socketPath,
        path: '/v1/requests',
        body: { guest: guest.uuid, mounts: ['/'] },
      });
      if (status !== 202) throw new Error(`${guest.name} could not be asked: ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askSome));
  const sentMs = performance.now() - beganMs;
  await until({ signal, holds: () => agents.every(({ acknowledged }) => acknowledged.size > 0) });
  const storedMs = performance.now() - beganMs;
  say(`${SIZE} agents asked in ${sentMs.toFixed(0)} ms, all stored after ${storedMs.toFixed(0)} ms`);
  const against = `${SIZE} commits of one row each by a bare SQLite on the same disk: ${bareMs.toFixed(0)} ms`;
  return {
    'fan-out-1000-sent': { value: sentMs / 1000, against },
    'fan-out-1000': { value: storedMs / 1000, against },
  };
}

/** The same settings as the collector's database has. */
function timeCommits(path: string): number {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table trim (report text)');
  const insert = database.prepare('insert into trim values (?)');
  const beganMs = performance.now();
  for (let index = 0; index < SIZE; index += 1) insert.run('x'.repeat(2_000));
  const tookMs = performance.now() - beganMs;
  database.close();
  return tookMs;
}

async function askUnderLoad({ collector, agents }: Fleet, { say, signal }: Bench): Promise<Measured> {
  const ask = async () => {
    const beganMs = performance.now();
    await askApi({ socketPath: collector.socketPath, path: '/v1/trims?limit=1' });
    return performance.now() - beganMs;
  };
  const quiet: number[] = [];
  for (let index = 0; index < 100; index += 1) quiet.push(await ask());
  const storedBefore = agents.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  const countStored = () => agents.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0) - storedBefore;
  const beganMs = performance.now();
  const sending = (async () => {
    for (let sent = 0; sent < REPORTS; sent += 1) {
      agents[sent % agents.length]?.report();
      if (sent % 100 === 99) await delay(10, undefined, { signal });
    }
  })();
  const loaded: number[] = [];
  while (countStored() < REPORTS) {
    signal.throwIfAborted();
    loaded.push(await ask());
    await delay(10);
  }
  await sending;
  const tookMs = performance.now() - beganMs;
  say(`${REPORTS} reports stored in ${(tookMs / 1000).toFixed(1)} s; ${loaded.length} answers meanwhile`);
  return {
    value: percentile(loaded, 0.99),
    against: `the same question while nothing comes: ${percentile(quiet, 0.99).toFixed(0)} ms; medians ${median(loaded).toFixed(0)} and ${median(quiet).toFixed(0)} ms, the longest ${Math.max(...loaded).toFixed(0)} ms`,
  };
}

async function timeDoctor({ collector }: Fleet): Promise<Measured> {
  const times = { doctor: [] as number[], start: [] as number[] };
  for (let round = 0; round < DOCTOR_ROUNDS; round += 1) {
    times.doctor.push(await timeCommand(collector, 'doctor'));
    times.start.push(await timeCommand(collector, '--version'));
  }
  return {
    value: median(times.doctor) / 1000,
    against: `the same program's start (--version): ${median(times.start).toFixed(0)} ms; medians of ${DOCTOR_ROUNDS}`,
  };
}

export async function timeCommand(collector: Fleet['collector'], ...words: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  const { exitCode, stderr } = await collector.trimtab(...words);
  // 1 without an error: the doctor found something.
  if (exitCode !== 0 && (exitCode !== 1 || stderr !== ''))
    throw new Error(`trimtab ${words.join(' ')} ended with ${exitCode}: ${stderr}`);
  return performance.now() - beganMs;
}

async function until({ signal, holds }: { readonly signal: AbortSignal; holds(): boolean }): Promise<void> {
  while (!holds()) await delay(10, undefined, { signal });
}
