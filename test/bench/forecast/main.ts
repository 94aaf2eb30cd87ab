import { parseArgs } from 'node:util';
import { toBars, withinHorizon } from './bars.ts';
import { type Case, toCases } from './cases.ts';
import { generateSeries } from './generated-series.ts';
import { readGrowthCurves } from './growth-curves.ts';
import { ALTERNATIVES, judgeAll, OURS } from './judge.ts';
import type { KnownSeries } from './known-series.ts';
import { ours } from './ours.ts';
import { formatBars, formatForecasters, formatKinds } from './quality-table.ts';

const HELP = `node --conditions=source test/bench/forecast/main.ts (--build | --held-out | --real | --unseen |
    --fresh | --pools) [--kind KIND] [--cases N] [--hindsight] [--alternatives]

How well the forecasts do, and the alternatives, by kind of series.

  --build         the half of the generated series to build on
  --held-out      the other half: not to be looked at while a method is built
  --real          the real curves that the method was built with
  --unseen        more of them, not to be looked at while a method is built
  --fresh         still more, which no method before that of today was shown
  --pools         pools that real guests filled (test/bench/pools)
  --kind KIND     only those of one kind (linear, saw-tooth, growth-07, ...)
  --cases N       only so many cases, evenly chosen
  --hindsight     with capacities taken from the levels to come
  --alternatives  without ours
`;

async function main(): Promise<number> {
  const call = parseCall();
  if (typeof call === 'number') return call;
  const wanted = call.series().filter(({ kind, name }) => [undefined, kind, name].includes(call.kind));
  const all = toCases(wanted, call.hindsight ? 'hindsight' : 'fill');
  const cases = thin({ cases: all, most: call.cases });
  const measured = call.alternatives ? {} : { [OURS]: ours };
  const judged = judgeAll({ forecasters: { ...measured, ...ALTERNATIVES }, cases });
  const verdicts = withinHorizon(judged);
  const parts = [
    `${wanted.length} series, ${cases.length} cases\n`,
    formatForecasters(verdicts),
    formatKinds(verdicts),
  ];
  if (!call.alternatives) parts.push(formatBars({ bars: toBars(verdicts), late: toBars(judged) }));
  process.stdout.write(parts.join('\n'));
  return 0;
}

/** What may be asked, by flag. */
const SETS = [
  { flag: 'build', series: () => generateSeries('build') },
  { flag: 'held-out', series: () => generateSeries('held-out') },
  { flag: 'real', series: () => readGrowthCurves('growth') },
  { flag: 'unseen', series: () => readGrowthCurves('unseen') },
  { flag: 'fresh', series: () => readGrowthCurves('fresh') },
  { flag: 'pools', series: () => readGrowthCurves('pool') },
] as const;

interface Call {
  readonly series: () => readonly KnownSeries[];
  readonly hindsight: boolean;
  readonly alternatives: boolean;
  readonly kind: string | undefined;
  readonly cases: number;
}

function parseCall(): Call | number {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const sets = { build: flag, 'held-out': flag, real: flag, unseen: flag, fresh: flag, pools: flag };
    const flags = { alternatives: flag, hindsight: flag, help: flag };
    const { values } = parseArgs({
      options: { ...sets, ...flags, kind: { type: 'string' }, cases: { type: 'string' } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const { hindsight, alternatives, kind } = values;
    const chosen = SETS.filter(({ flag }) => values[flag]);
    const [set] = chosen;
    if (set === undefined || chosen.length > 1) {
      throw new Error(`give one of ${SETS.map(({ flag }) => `--${flag}`).join(', ')}`);
    }
    const cases = Number(values.cases ?? 1e9);
    if (!(cases >= 1)) throw new Error(`--cases is "${values.cases}"; give a whole number above 0`);
    return { series: set.series, hindsight, alternatives, kind, cases };
  } catch (error) {
    process.stderr.write(`forecast: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

function thin({ cases, most }: { cases: readonly Case[]; most: number }): readonly Case[] {
  const step = Math.max(1, cases.length / most);
  return cases.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

process.exit(await main());
