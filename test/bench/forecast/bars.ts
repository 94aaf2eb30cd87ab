import { type ALTERNATIVES, OURS, type Verdicts } from './judge.ts';
import { brierScore, coverage, falseAlarms, intervalScore, medianError } from './scores.ts';

/** What the figures are: ours against the alternatives, of the same cases. */
export interface Bars {
  /** Per cent. */
  readonly coverage: number;
  /** Our interval score divided by the bootstrap's. */
  readonly sharpness: number;
  /** Our error divided by that of predict_linear over 30 days. */
  readonly error: number;
  /** Our error divided by that of the best of predict_linear over 7, 30 and 90 days and Chamness's. */
  readonly errorOfBest: number;
  /** Our Brier score divided by the better of predict_linear's over 30 days and the bootstrap's. */
  readonly brier: number;
  readonly falseAlarms: number;
}

/** Above it a forecast of 30 days is an alarm. */
export const ALARM_THRESHOLD = 0.5;

export function toBars(verdicts: readonly Verdicts[]): Bars {
  const of = (name: string) => verdicts.find((one) => one.name === name)?.judged ?? [];
  const [ours, linear30, resampled] = [of(OURS), of('linear 30 d'), of('bootstrap')];
  const error = medianError(ours);
  const best = Math.min(...DAY_SAYERS.map((name) => medianError(of(name))));
  return {
    coverage: 100 * coverage(ours),
    sharpness: intervalScore(ours) / intervalScore(resampled),
    error: error / medianError(linear30),
    errorOfBest: error / best,
    brier: brierScore(ours) / Math.min(brierScore(linear30), brierScore(resampled)),
    falseAlarms: falseAlarms({ judged: ours, threshold: ALARM_THRESHOLD }),
  };
}

/**
 * The cases as they are judged: "more than two years" is an answer, so a capacity that is reached later counts as not
 * reached.
 */
export function withinHorizon(verdicts: readonly Verdicts[]): readonly Verdicts[] {
  return verdicts.map(({ judged, ...rest }) => ({
    ...rest,
    judged: judged.map(({ asked, answer }) => {
      const trueDays = asked.trueDays !== null && asked.trueDays <= HORIZON_DAYS ? asked.trueDays : null;
      return { asked: { ...asked, trueDays }, answer };
    }),
  }));
}

const HORIZON_DAYS = 730;

/** Those that say a day. The bootstrap is measured by its intervals. */
const DAY_SAYERS: readonly (keyof typeof ALTERNATIVES)[] = ['linear 7 d', 'linear 30 d', 'linear 90 d', 'Chamness'];
