import { parseArgs } from 'node:util';
import { toBars, withinHorizon } from './bars.ts';
import { type Case, toCases } from './cases.ts';
import { generateSeries } from './generated-series.ts';
import { readGrowthCurves } from './growth-curves.ts';
import { ALTERNATIVES, judgeAll, OURS } from './judge.ts';
import { loadOurs } from './ours.ts';
import { formatBars, formatForecasters, formatKinds } from './quality-table.ts';

const HELP = `node --conditions=source test/bench/forecast/main.ts [--build | --held-out | --real]
    [--kind KIND] [--cases N] [--hindsight] [--alternatives]

How well the forecasts do, and the alternatives, by kind of series.

  --build         the half of the generated series to build on (else nothing)
  --held-out      the other half: not to be looked at while a method is built
  --real          the curves of test/fixtures/series
  --kind KIND     only those of one kind (linear, saw-tooth, growth-07, ...)
  --cases N       only so many cases, evenly chosen
  --hindsight     with capacities taken from the levels to come
  --alternatives  without ours
`;

async function main(): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      build: flag,
      'held-out': flag,
      real: flag,
      alternatives: flag,
      hindsight: flag,
      help: flag,
      kind: { type: 'string' },
      cases: { type: 'string' },
    },
  });
  const chosen = [values.build, values['held-out'], values.real].filter(Boolean).length;
  if (values.help || chosen !== 1) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const series = values.real ? readGrowthCurves() : generateSeries(values.build ? 'build' : 'held-out');
  const wanted = series.filter(({ kind, name }) => [undefined, kind, name].includes(values.kind));
  const all = toCases(wanted, values.hindsight ? 'hindsight' : 'fill');
  const cases = thin({ cases: all, most: Number(values.cases ?? Number.POSITIVE_INFINITY) });
  const ours = values.alternatives ? {} : { [OURS]: await loadOurs() };
  const judged = judgeAll({ forecasters: { ...ours, ...ALTERNATIVES }, cases });
  const verdicts = withinHorizon(judged);
  const parts = [
    `${wanted.length} series, ${cases.length} cases\n`,
    formatForecasters(verdicts),
    formatKinds(verdicts),
  ];
  if (!values.alternatives) parts.push(formatBars({ bars: toBars(verdicts), late: toBars(judged) }));
  process.stdout.write(parts.join('\n'));
  return 0;
}

function thin({ cases, most }: { cases: readonly Case[]; most: number }): readonly Case[] {
  const step = Math.max(1, cases.length / most);
  return cases.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

process.exit(await main());
