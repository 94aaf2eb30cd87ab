import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { askApi } from '../../support/programs/api-request.ts';
import type { Bench, Benchmark, Measured } from '../benchmark.ts';
import { type Host, type JoinedFleet, joinFleet, startHost } from '../fleet/joined-fleet.ts';
import { askAll, askStatusDuring, untilAnswersStored } from '../fleet/joined-tasks.ts';
import { timeStoring } from '../fleet/store-alone.ts';
import { readCpuMs, readMemory } from '../process-facts.ts';
import { formatSpread, median, percentile } from '../statistics.ts';

const SIZE = 10_000;
const SIZE_TLS = 5_000;
/** Longer than a ping and its answer, and than the collector takes for connections to have come to rest. */
const SETTLE_MS = 30_000;
const HEARTBEATS_MS = 60_000;
const ROUNDS = 3;

/** Agents that have joined, each with a key of its own and from an address of its own. */
export const manyAgents: Benchmark = {
  figures: [
    { figure: 'agents-10000-plain', unit: 'KiB', bar: 20, bound: 'at most', decimals: 1 },
    { figure: 'heartbeats-10000', unit: '% of a core', bar: 15, bound: 'at most', decimals: 1 },
    { figure: 'reports-10000', unit: 's', bar: 6, bound: 'at most', decimals: 2 },
    { figure: 'reports-10000-vs-store', unit: 'x', bar: 3, bound: 'at most', decimals: 2 },
    { figure: 'fan-out', unit: 's', bar: 2.5, bound: 'at most', decimals: 2 },
    { figure: 'reconnect-10000', unit: 's', bar: 30, bound: 'at most', decimals: 1 },
    { figure: 'reconnect-10000-status', unit: 's', bar: 1, bound: 'at most', decimals: 2 },
  ],
  async measure(bench) {
    await using host = await startHost({ directory: join(bench.directory, 'fleet'), size: SIZE });
    const { cost, fleet } = await measureCost({ host, bench, isEncrypted: false });
    await using agents = fleet;
    return {
      'agents-10000-plain': cost,
      'heartbeats-10000': await measureHeartbeats(host, bench),
      ...(await measureReports({ host, agents, bench })),
      ...(await measureReconnect({ host, agents, bench })),
      'fan-out': await measureFanOut({ host, agents, bench }),
    };
  },
};

/** The same over TLS, as in a network. */
export const manyAgentsTls: Benchmark = {
  figures: [{ figure: 'agents-5000-tls', unit: 'KiB', bar: 60, bound: 'at most', decimals: 1 }],
  async measure(bench) {
    await using host = await startHost({ directory: join(bench.directory, 'fleet'), size: SIZE_TLS });
    const { cost, fleet } = await measureCost({ host, bench, isEncrypted: true });
    await fleet[Symbol.asyncDispose]();
    return { 'agents-5000-tls': cost };
  },
};

interface Running {
  readonly host: Host;
  readonly agents: JoinedFleet;
  readonly bench: Bench;
}

async function measureCost({ host, bench, isEncrypted }: Omit<Running, 'agents'> & { readonly isEncrypted: boolean }) {
  const { signal, say } = bench;
  const { pid } = host.collector().program;
  await delay(SETTLE_MS, undefined, { signal });
  const { residentBytes: alone } = await readMemory(pid);
  const beganMs = performance.now();
  const fleet = await joinFleet(host, { isEncrypted, signal });
  say(`${host.guests.length} agents have joined in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`);
  await delay(SETTLE_MS, undefined, { signal });
  const { residentBytes: together } = await readMemory(pid);
  const { tally } = await fleet.carryOut({ kind: 'tell' });
  if (tally.welcome < host.guests.length) throw new Error(`agents were sent away: ${JSON.stringify(tally.ends)}`);
  const cost: Measured = {
    value: (together - alone) / 1024 / host.guests.length,
    against: `the collector alone: ${(alone / 1e6).toFixed(1)} MB; with ${host.guests.length}: ${(together / 1e6).toFixed(1)} MB`,
  };
  return { cost, fleet };
}

/** All that the collector does in a minute in which nobody comes or says anything: pings are most of it. */
async function measureHeartbeats(host: Host, { signal }: Bench): Promise<Measured> {
  const { pid } = host.collector().program;
  const minutes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await readCpuMs(pid);
    await delay(HEARTBEATS_MS, undefined, { signal });
    minutes.push((100 * ((await readCpuMs(pid)) - before)) / HEARTBEATS_MS);
  }
  return { value: median(minutes), against: `a whole core; ${formatSpread(minutes, 1)} %, by the minute` };
}

async function measureReports({ host, agents, bench }: Running) {
  const { socketPath, program } = host.collector();
  const times = { reports: [] as number[], storing: [] as number[] };
  const cpuBefore = await readCpuMs(program.pid);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { beganMs, endedMs } = await agents.carryOut({ kind: 'report' });
    times.reports.push(endedMs - beganMs);
    const result = await findNewest(socketPath);
    const directory = join(bench.directory, `store-${round}`);
    times.storing.push(await timeStoring({ directory, count: host.guests.length, result }));
  }
  const cpuMs = ((await readCpuMs(program.pid)) - cpuBefore) / ROUNDS;
  const against = `storing them alone: ${formatSpread(times.storing)} ms; all: ${formatSpread(times.reports)} ms, ${cpuMs.toFixed(0)} ms of CPU`;
  return {
    'reports-10000': { value: median(times.reports) / 1000, against },
    'reports-10000-vs-store': { value: median(times.reports) / median(times.storing), against },
  };
}

async function findNewest(socketPath: string): Promise<TrimResult> {
  const { body } = await askApi({ socketPath, path: '/v1/trims?limit=1' });
  const [newest] = (body as { readonly trims: readonly { readonly id: string }[] }).trims;
  if (newest === undefined) throw new Error('no report was stored');
  return (await askApi({ socketPath, path: `/v1/trims/${newest.id}` })).body as TrimResult;
}

/** The collector is ended and started anew; the agents come back as ours do. */
async function measureReconnect({ host, agents, bench }: Running) {
  const { ends: before } = (await agents.carryOut({ kind: 'tell' })).tally;
  const { socketPath, program } = await host.restart();
  const beganMs = performance.now();
  const back = agents.carryOut({ kind: 'be-welcome' });
  const asked = await askStatusDuring({ socketPath, signal: bench.signal }, back);
  const tookMs = performance.now() - beganMs;
  const { ends } = (await back).tally;
  // 1001: the collector stops. 1006: it does not listen.
  const refused = Object.entries(ends).filter(([code]) => code !== '1001' && code !== '1006');
  const count = refused.reduce((sum, [code, ended]) => sum + ended - (before[code] ?? 0), 0);
  const told = count === 0 ? 'none refused' : `${count} REFUSED: ${JSON.stringify(ends)}`;
  const cpuMs = await readCpuMs(program.pid);
  return {
    'reconnect-10000': {
      // One that was refused is as good as not back.
      value: count === 0 ? tookMs / 1000 : Math.max(tookMs / 1000, 999),
      against: `${(tookMs / 1000).toFixed(1)} s, ${told}; ${cpuMs} ms of CPU from its start`,
    },
    'reconnect-10000-status': {
      value: percentile(asked, 0.99) / 1000,
      against: `median ${median(asked).toFixed(0)} ms, the longest ${Math.max(...asked).toFixed(0)} ms, of ${asked.length}`,
    },
  };
}

async function measureFanOut({ host, agents, bench }: Running): Promise<Measured> {
  const { guests } = host;
  await delay(SETTLE_MS, undefined, { signal: bench.signal });
  const { socketPath, program } = host.collector();
  const answered = agents.carryOut({ kind: 'answer', requests: guests.length });
  const cpuBefore = await readCpuMs(program.pid);
  const beganMs = performance.now();
  const since = () => performance.now() - beganMs;
  const asked = await askAll(socketPath);
  const sentMs = since();
  if (asked.length < guests.length) throw new Error(`only ${asked.length} guests were asked`);
  await answered;
  const saidMs = since();
  await untilAnswersStored(host.databasePath);
  const cpuMs = (await readCpuMs(program.pid)) - cpuBefore;
  return {
    value: since() / 1000,
    against: `the call took ${sentMs.toFixed(0)} ms, the last agent had said its intent after ${saidMs.toFixed(0)} ms; ${cpuMs} ms of CPU, with the trims that began`,
  };
}
