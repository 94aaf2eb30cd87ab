import type { Alert, Notice } from '../model/alert.ts';
import type { AlertState } from '../model/alert-state.ts';
import type { AlertStepped } from './alert-step.ts';

/** It is over, and whoever was told of its start is told of that, silenced or not. */
export function endAlert({
  firing: { alert, isTold, restarts },
  now,
}: {
  readonly firing: Extract<AlertState, { kind: 'firing' }>;
  readonly now: number;
}): AlertStepped {
  // A clock that was put back does not end it before it started.
  const ended: Alert = { ...alert, endedAt: Math.max(now, alert.startedAt) };
  const notice: Notice = { id: `${alert.id}:end`, event: 'end', at: now, alert: ended };
  return {
    state: { kind: 'idle', overMs: null, calmMs: 0, restarts },
    ended,
    notices: isTold ? [notice] : [],
  };
}
