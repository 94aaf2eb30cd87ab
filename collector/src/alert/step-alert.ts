import type { Alert } from '../model/alert.ts';
import type { AlertReading, AlertState } from '../model/alert-state.ts';
import type { AlertStep, AlertStepped } from './alert-step.ts';
import { endAlert } from './end-alert.ts';
import { restlessness } from './restlessness.ts';
import { tellFiring } from './tell-firing.ts';

/** A pause that is longer was one in which nobody looked: it does not count. */
export const MOST_COUNTED_MS = 5 * 60_000;

/** Of a subject that nobody can tell of for so long, an alert ends. */
export const UNSEEN_MS = 24 * 3_600_000;

type Idle = Extract<AlertState, { kind: 'idle' }>;
type Firing = Extract<AlertState, { kind: 'firing' }>;

/**
 * Where an alert stands after a reading, and what is to be told of that. It starts once and ends once: it must be so
 * for a while until it starts, and must not be so, by a lower mark, for a while until it ends. The more often it began
 * anew within a day, the longer that takes.
 */
export function stepAlert(step: AlertStep): AlertStepped {
  const elapsedMs = Math.min(Math.max(0, step.elapsedMs), MOST_COUNTED_MS);
  const { state } = step;
  if (state?.kind === 'firing') return stepFiring({ ...step, elapsedMs }, state);
  return stepIdle({ ...step, elapsedMs }, state ?? { kind: 'idle', overMs: null, calmMs: null, restarts: 0 });
}

function stepIdle(step: AlertStep, idle: Idle): AlertStepped {
  const { reading, isGone, elapsedMs, timing } = step;
  const { calmMs, restarts } = restlessness.afterCalm(idle, elapsedMs);
  if (reading?.stands === 'over' && !isGone) {
    const overMs = idle.overMs === null ? 0 : idle.overMs + elapsedMs;
    if (overMs >= timing.startAfterMs) return start({ ...step, reading }, calmMs === null ? 0 : restarts + 1);
    return { state: { kind: 'idle', overMs, calmMs, restarts }, ended: null, notices: [] };
  }
  // What nobody can tell now neither counts nor begins anew.
  const overMs = reading === null && !isGone ? idle.overMs : null;
  const isKnown = overMs !== null || calmMs !== null;
  return { state: isKnown ? { kind: 'idle', overMs, calmMs, restarts } : null, ended: null, notices: [] };
}

function start(step: AlertStep & { readonly reading: AlertReading }, restarts: number): AlertStepped {
  const { rule, subject, severity, sentence, hint, values, badness } = step.reading;
  const alert: Alert = {
    id: step.newId(),
    rule,
    severity,
    subject,
    host: step.host,
    startedAt: step.now,
    endedAt: null,
    sentence,
    hint,
    values,
  };
  const firing: Firing = {
    kind: 'firing',
    alert,
    badness,
    restarts,
    underMs: null,
    unseenMs: 0,
    isTold: false,
    sinceNoticeMs: 0,
    isDue: false,
    reminders: 0,
    acknowledged: null,
  };
  return tellFiring({ ...step, firing, hasRisen: false });
}

function stepFiring(step: AlertStep, before: Firing): AlertStepped {
  const { reading, isGone, elapsedMs, timing, now } = step;
  const sinceNoticeMs = before.sinceNoticeMs + elapsedMs;
  if (isGone) return endAlert({ firing: before, now });
  if (reading === null) {
    const unseenMs = before.unseenMs + elapsedMs;
    if (unseenMs >= UNSEEN_MS) return endAlert({ firing: before, now });
    // Nobody knows that it is still so.
    return { state: { ...before, unseenMs, sinceNoticeMs }, ended: null, notices: [] };
  }
  const underMs = reading.stands !== 'under' ? null : before.underMs === null ? 0 : before.underMs + elapsedMs;
  if (underMs !== null && underMs >= restlessness.endAfterMs(timing, before.restarts))
    return endAlert({ firing: before, now });
  // What it was at its worst it is until it ends: no line is crossed to and fro.
  const hasRisen = reading.severity === 'critical' && before.alert.severity === 'warning' && reading.stands === 'over';
  const { sentence, hint, values, badness } = reading;
  const told = reading.stands === 'under' ? before.alert : { ...before.alert, sentence, hint, values };
  const alert: Alert = { ...told, severity: hasRisen ? 'critical' : before.alert.severity };
  const firing: Firing = { ...before, alert, badness, underMs, unseenMs: 0, sinceNoticeMs };
  return tellFiring({ ...step, firing, hasRisen });
}
