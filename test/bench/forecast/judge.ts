import { bootstrap } from './baselines/bootstrap.ts';
import { chamness } from './baselines/chamness.ts';
import { predictLinear } from './baselines/predict-linear.ts';
import type { Case } from './cases.ts';
import type { Forecaster } from './forecaster.ts';
import type { Judged } from './scores.ts';

export interface Verdicts {
  readonly name: string;
  readonly judged: readonly Judged[];
  /** Of processor time, a case. */
  readonly ms: number;
}

export const OURS = 'trimtab';

/** The alternatives, by the names that the tables and the bars know. */
export const ALTERNATIVES = {
  'linear 7 d': predictLinear(7),
  'linear 30 d': predictLinear(30),
  'linear 90 d': predictLinear(90),
  Chamness: chamness,
  bootstrap: bootstrap(365),
} as const satisfies Readonly<Record<string, Forecaster>>;

/** Asks each of them each case. */
export function judgeAll({
  forecasters,
  cases,
  signal,
}: {
  readonly forecasters: Readonly<Record<string, Forecaster>>;
  readonly cases: readonly Case[];
  readonly signal?: AbortSignal;
}): readonly Verdicts[] {
  return Object.entries(forecasters).map(([name, forecaster]) => {
    const before = process.cpuUsage();
    const judged = cases.map((asked) => {
      signal?.throwIfAborted();
      return { asked, answer: forecaster(asked.asked) };
    });
    const { user, system } = process.cpuUsage(before);
    return { name, judged, ms: (user + system) / 1000 / Math.max(1, cases.length) };
  });
}
