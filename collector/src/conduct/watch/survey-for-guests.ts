import { STANDS_TIMES } from '../../coordinate/seldom.ts';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../survey/within.ts';
import type { compareWithNow, Remembered } from './remembered.ts';

/** Whoever asks waits so long for a survey of the guests that came, where there is one of before. */
export const SURVEY_PATIENCE_MS = 500;

/** A survey stands so long at the most while guests come and go. */
export const STANDS_AT_MOST_MS = 30_000;

/**
 * The host for whoever asks while guests come and go: surveyed anew for them, as long as that is quick. With thousands
 * that come at once it takes seconds, and would go on all the time: then what was seen last is told, with its age, and
 * the next begins after several times as long as it took.
 */
export function createSurveyForGuests({
  clock,
  surveyAnew,
}: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly surveyAnew: () => Promise<Remembered>;
}): (last: Remembered) => Promise<Remembered> {
  let underWay: { readonly patient: Promise<Remembered | null>; readonly beganMs: number } | null = null;

  function begin(): Promise<Remembered | null> {
    const survey = surveyAnew();
    const own = {
      patient: within<Remembered | null>({ clock, limitMs: SURVEY_PATIENCE_MS, work: survey, late: () => null }),
      beganMs: clock.monotonicMs(),
    };
    underWay = own;
    const forget = () => {
      if (underWay === own) underWay = null;
    };
    survey.then(forget, forget);
    return own.patient;
  }

  return async (last) => {
    if (underWay !== null) return (await underWay.patient) ?? last;
    const { beganMs, endedMs } = last;
    const standsMs = Math.min(STANDS_TIMES * (endedMs - beganMs), STANDS_AT_MOST_MS);
    if (clock.monotonicMs() - endedMs < standsMs) return last;
    return (await begin()) ?? last;
  };
}

/** What is remembered, as long as it is still so or near enough; else the host is surveyed anew. */
export function createRecall({
  compare,
  ...deps
}: Parameters<typeof createSurveyForGuests>[0] & {
  readonly compare: (last: Remembered) => ReturnType<typeof compareWithNow>;
}): (last: Remembered | null) => Promise<Remembered> {
  const surveyForGuests = createSurveyForGuests(deps);
  return async (last) => {
    const change = last === null ? 'no-longer-so' : compare(last);
    if (last === null || change === 'no-longer-so') return deps.surveyAnew();
    return change === 'same' ? last : surveyForGuests(last);
  };
}
