import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '../../support/programs/program.ts';
import { askTrim } from '../ask-trim.ts';
import type { Attack } from '../attack/attack.ts';
import { ATTACKS } from '../attack/attacks.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { formatSpread, median, percentile } from '../statistics.ts';

const ATTACKER = join(import.meta.dirname, '../attack/attacker.ts');
/**
 * It has the processors last. A process in a session of its own is in a group of its own, which the kernel weighs first
 * (sched(7), autogroup).
 */
const LAST = '[ ! -w /proc/self/autogroup ] || echo 19 >/proc/self/autogroup; exec nice -n 19 "$@"';

const ROUNDS = 5;
const TRIMS = 120;
/** Longer than a connection may stay that says nothing: the attack is what it will be for hours. */
const WARM_UP_MS = 6_000;
const REST_MS = 3_000;

/**
 * Of each attack: the 99th percentile of an honest guest's trims, from the request to its end, while it goes on, by that
 * of a collector that nobody attacks. Rounds of the two take turns.
 */
export const underAttack: readonly Benchmark[] = ATTACKS.map((attack) => ({
  figures: [{ figure: toFigure(attack), unit: 'x', bar: 2, bound: 'at most', decimals: 2 }],
  measure: (bench) => measureUnder(attack, bench),
}));

function toFigure({ name }: Attack): string {
  return `under-attack-${name}`;
}

async function measureUnder(attack: Attack, { directory, say, signal }: Bench) {
  const running = await startFleet({ directory: join(directory, 'fleet'), size: 1, signal });
  try {
    const times = { quiet: [] as number[], attacked: [] as number[] };
    const reached: number[] = [];
    await timeTrims(running, signal);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await delay(REST_MS, undefined, { signal });
      const quiet = await timeTrims(running, signal);
      const { attacked, aSecond, open } = await timeUnder({ attack, running, signal });
      times.quiet.push(percentile(quiet, 0.99));
      times.attacked.push(percentile(attacked, 0.99));
      reached.push(aSecond);
      say(
        `round ${round} of ${ROUNDS}: quiet ${describe(quiet)}, attacked ${describe(attacked)}; ${aSecond.toFixed(0)} a second, ${open} open`,
      );
    }
    const rate = `${formatSpread(reached)} of ${attack.aSecond.toFixed(0)} ${attack.what} a second`;
    return {
      [toFigure(attack)]: {
        value: median(times.attacked) / median(times.quiet),
        against: `the same of a quiet collector: ${formatSpread(times.quiet)} ms; attacked ${formatSpread(times.attacked)} ms; ${rate}`,
      },
    };
  } finally {
    await running.close();
  }
}

async function timeUnder({ attack, running, signal }: { attack: Attack; running: Fleet } & Pick<Bench, 'signal'>) {
  const { agentPort, program } = running.collector;
  const attacker = startProgram(ATTACKER, [attack.name, `${agentPort}`], { through: ['sh', '-c', LAST, 'sh'] });
  let attacked: readonly number[];
  try {
    await attacker.says(/^attacking$/m);
    await delay(WARM_UP_MS, undefined, { signal });
    attacked = await timeTrims(running, signal);
  } finally {
    await attacker.stop();
  }
  const [told] = [...attacker.output().matchAll(/^\{.*\}$/gm)].at(-1) ?? [];
  if (told === undefined) throw new Error(`the attacker told nothing: ${attacker.output()}`);
  if (program.hasEnded()) throw new Error(`the collector has ended: ${program.output().slice(-2_000)}`);
  return { attacked, ...(JSON.parse(told) as { aSecond: number; open: number }) };
}

/** One after the other, in ms. */
async function timeTrims({ collector, agents }: Fleet, signal: AbortSignal): Promise<readonly number[]> {
  const [honest] = agents;
  if (honest === undefined) throw new Error('there is no honest guest');
  const times: number[] = [];
  while (times.length < TRIMS) {
    signal.throwIfAborted();
    const beganMs = performance.now();
    await askTrim({ socketPath: collector.socketPath, guest: honest.guest.uuid, mount: '/' });
    times.push(performance.now() - beganMs);
  }
  return times;
}

function describe(times: readonly number[]): string {
  return `${median(times).toFixed(0)}, p99 ${percentile(times, 0.99).toFixed(0)} ms`;
}
