import type { Benchmark, Measured } from '../benchmark.ts';
import { type Bars, toBars, withinHorizon } from '../forecast/bars.ts';
import { type Case, toCases } from '../forecast/cases.ts';
import { generateSeries } from '../forecast/generated-series.ts';
import { readGrowthCurves } from '../forecast/growth-curves.ts';
import { ALTERNATIVES, judgeAll, OURS, type Verdicts } from '../forecast/judge.ts';
import { ours } from '../forecast/ours.ts';
import { formatBars, formatForecasters, formatKinds } from '../forecast/quality-table.ts';
import * as scores from '../forecast/scores.ts';

/**
 * How good a forecast is: of the half of the generated series that the method was not built on, (`-real`) of real growth
 * curves and of pools that real guests filled, and (`-series`) of those curves alone, each asked on many days.
 * test/bench/forecast/main.ts shows the same by kind of series, the half to build on, and the pools alone;
 * docs/forecast-quality.md says what is counted how.
 */
export const forecastQuality: Benchmark = {
  figures: ['', '-real', '-series'].flatMap((which) => [
    { figure: `forecast-coverage${which}`, unit: '%', bar: [75, 88], bound: 'between', decimals: 1 } as const,
    { figure: `forecast-sharpness${which}`, unit: 'x', bar: 1, bound: 'at most', decimals: 3 } as const,
    { figure: `forecast-error${which}`, unit: 'x', bar: 0.6, bound: 'at most', decimals: 3 } as const,
    { figure: `forecast-error-best${which}`, unit: 'x', bar: 0.8, bound: 'at most', decimals: 3 } as const,
    { figure: `forecast-brier${which}`, unit: 'x', bar: 0.999, bound: 'at most', decimals: 3 } as const,
    { figure: `false-alarms${which}`, unit: 'alarms', bar: 0, bound: 'at most', decimals: 0 } as const,
  ]),
  async measure({ say, signal }) {
    const forecasters = { [OURS]: ours, ...ALTERNATIVES };
    const measure = (cases: readonly Case[]) => {
      const all = judgeAll({ forecasters, cases, signal });
      const verdicts = withinHorizon(all);
      const bars = toBars(verdicts);
      const tables = [formatForecasters(verdicts), formatKinds(verdicts), formatBars({ bars, late: toBars(all) })];
      for (const line of tables.join('').split('\n')) say(line);
      return { verdicts, bars };
    };
    const heldOut = measure(toCases(generateSeries('held-out')));
    const [curves, pools] = [toCases(readGrowthCurves('growth')), toCases(readGrowthCurves('pool'))];
    return {
      ...toFigures({ ...heldOut, which: '' }),
      ...toFigures({ ...measure([...curves, ...pools]), which: '-real' }),
      ...toFigures({ ...measure(curves), which: '-series' }),
    };
  },
};

interface Found {
  readonly verdicts: readonly Verdicts[];
  readonly bars: Bars;
  /** What its figures end in. */
  readonly which: string;
}

function toFigures({ verdicts, bars, which }: Found): Readonly<Record<string, Measured>> {
  const judgedBy = (name: string) => verdicts.find((one) => one.name === name)?.judged ?? [];
  const ours = judgedBy(OURS);
  const each = (score: (judged: readonly scores.Judged[]) => number, names: readonly string[], decimals = 2) =>
    names.map((name) => `${name} ${score(judgedBy(name)).toFixed(decimals)}`).join(', ');
  const cases = `${scores.reachedCount(ours)} of ${ours.length} cases reached`;
  const days = ['linear 7 d', 'linear 30 d', 'linear 90 d', 'Chamness'];
  const quiet = scores.quietCases(ours).length;
  const alarms = (judged: readonly scores.Judged[]) => scores.falseAlarms({ judged, threshold: 0.5 });
  const above = scores.falseAlarms({ judged: ours, threshold: 0.2 });
  return {
    [`forecast-coverage${which}`]: {
      value: bars.coverage,
      against: `${each((judged) => 100 * scores.coverage(judged), ['bootstrap'], 1)} %; ${cases}`,
    },
    [`forecast-sharpness${which}`]: {
      value: bars.sharpness,
      against: `${each(scores.intervalScore, [OURS, 'bootstrap'])} doublings`,
    },
    [`forecast-error${which}`]: {
      value: bars.error,
      against: `${each(scores.medianError, [OURS, 'linear 30 d'])} doublings, medians`,
    },
    [`forecast-error-best${which}`]: {
      value: bars.errorOfBest,
      against: `the best of ${each(scores.medianError, days)}; ours ${each(scores.medianError, [OURS])}`,
    },
    [`forecast-brier${which}`]: {
      value: bars.brier,
      against: `the better of ${each(scores.brierScore, ['linear 30 d', 'bootstrap'], 4)}; ours ${each(scores.brierScore, [OURS], 4)}`,
    },
    [`false-alarms${which}`]: {
      value: bars.falseAlarms,
      against: `${each(alarms, ['linear 30 d', 'bootstrap'], 0)}, of ${quiet} quiet cases; above 0.2 ours ${above}`,
    },
  };
}
