import { expect, it } from 'vitest';
import type { Remembered } from '../../../../collector/src/conduct/watch/remembered.ts';
import {
  createSurveyForGuests,
  SURVEY_PATIENCE_MS,
} from '../../../../collector/src/conduct/watch/survey-for-guests.ts';
import { createTestClock } from '../../../support/test-clock.ts';

/** Surveys that end when the test says so; each is told by the moment at which it began. */
function scene() {
  const clock = createTestClock();
  const ends: (() => void)[] = [];
  const surveyForGuests = createSurveyForGuests({
    clock,
    surveyAnew() {
      const beganMs = clock.monotonicMs();
      const { promise, resolve } = Promise.withResolvers<Remembered>();
      ends.push(() => resolve({ beganMs, endedMs: clock.monotonicMs() } as Remembered));
      return promise;
    },
  });
  const before = { beganMs: -100, endedMs: -90 } as Remembered;
  return { clock, ends, surveyForGuests, before };
}

it('guests that came have the host surveyed, and whoever asks is told of that survey', async () => {
  const { clock, ends, surveyForGuests, before } = scene();
  const asked = [surveyForGuests(before), surveyForGuests(before)];
  clock.advance(SURVEY_PATIENCE_MS / 2);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect((await Promise.all(asked)).map(({ beganMs }) => beganMs)).toEqual([0, 0]);
});

it('one that takes long is waited for once: what was seen before it is told, and it goes on', async () => {
  const { clock, ends, surveyForGuests, before } = scene();
  const asked = surveyForGuests(before);
  clock.advance(SURVEY_PATIENCE_MS);
  expect(await asked).toBe(before);
  expect(await surveyForGuests(before)).toBe(before);
  expect(ends).toHaveLength(1);
});

it('one that took long stands for a while: the next begins when four times as much has passed', async () => {
  const { clock, ends, surveyForGuests, before } = scene();
  const last = { ...before, beganMs: -1_000, endedMs: 0 };
  clock.advance(3_999);
  expect(await surveyForGuests(last)).toBe(last);
  expect(ends).toHaveLength(0);
  clock.advance(1);
  const asked = surveyForGuests(last);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect((await asked).beganMs).toBe(4_000);
});

it('but never longer than half a minute', async () => {
  const { clock, ends, surveyForGuests, before } = scene();
  const last = { ...before, beganMs: -3_600_000, endedMs: 0 };
  clock.advance(30_000);
  void surveyForGuests(last);
  expect(ends).toHaveLength(1);
});
