import { median } from '../statistics.ts';
import type { Case } from './cases.ts';
import type { Answer } from './forecaster.ts';

export interface Judged {
  readonly asked: Case;
  readonly answer: Answer;
}

/** An interval of 80 %. */
const ALPHA = 0.2;
/** What no answer counts as, for everybody: three doublings off, the day and the interval alike. */
const NO_DAY = 3;
const NO_INTERVAL = (2 / ALPHA) * NO_DAY;
const ALARM_DAYS = 30;

/** Which part of the intervals hold the true day. No answer is a miss. NaN without a true day. */
export function coverage(judged: readonly Judged[]): number {
  return mean(
    reached(judged).map(({ days, answer: { between } }) =>
      between !== null && between[0] <= days && days <= between[1] ? 1 : 0,
    ),
  );
}

/**
 * Winkler's interval score in doublings (log2 of days): the interval's width, and ten times by how much the true day
 * lies outside. In days those of slow pools would be all that counts.
 */
export function intervalScore(judged: readonly Judged[]): number {
  return mean(
    reached(judged).map(({ days, answer: { between } }) => {
      if (between === null) return NO_INTERVAL;
      const [from, to, truth] = [Math.log2(between[0]), Math.log2(between[1]), Math.log2(days)];
      return to - from + (2 / ALPHA) * (Math.max(0, from - truth) + Math.max(0, truth - to));
    }),
  );
}

/** The median of |log2(predicted days / true days)|. */
export function medianError(judged: readonly Judged[]): number {
  const errors = reached(judged).map(({ days, answer }) =>
    answer.median === null ? NO_DAY : Math.abs(Math.log2(answer.median / days)),
  );
  return errors.length === 0 ? Number.NaN : median(errors);
}

/** Which part of those with a true day has no predicted one. */
export function unanswered(judged: readonly Judged[]): number {
  return mean(reached(judged).map(({ answer }) => (answer.median === null ? 1 : 0)));
}

/**
 * The mean square of what was said of "full within 30 days" less what came (1 or 0), also of capacities that were not
 * reached. Who does not say is taken to have said one half.
 */
export function brierScore(judged: readonly Judged[]): number {
  const known = judged.filter(({ asked }) => asked.followedDays >= ALARM_DAYS || isSoon(asked));
  return mean(known.map(({ asked, answer }) => ((answer.within30 ?? 0.5) - (isSoon(asked) ? 1 : 0)) ** 2));
}

/** Quiet ones that were said to be full within 30 days, with more than the threshold, and were not. */
export function falseAlarms({ judged, threshold }: { judged: readonly Judged[]; threshold: number }): number {
  return quietCases(judged).filter(({ answer }) => (answer.within30 ?? 0) > threshold).length;
}

export function quietCases(judged: readonly Judged[]): readonly Judged[] {
  return judged.filter(({ asked }) => asked.quiet && !isSoon(asked) && asked.followedDays >= ALARM_DAYS);
}

export function reachedCount(judged: readonly Judged[]): number {
  return reached(judged).length;
}

function reached(judged: readonly Judged[]): readonly { readonly days: number; readonly answer: Answer }[] {
  return judged.flatMap(({ asked: { trueDays }, answer }) => (trueDays === null ? [] : [{ days: trueDays, answer }]));
}

function isSoon({ trueDays }: Case): boolean {
  return trueDays !== null && trueDays <= ALARM_DAYS;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
