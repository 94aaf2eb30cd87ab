import type { Clock } from '../../ports/clock.ts';
import type { Alerts } from './alerts.ts';

export const EVALUATED_EVERY_MS = 60_000;

/** Asks the rules each minute, the next time a minute after the last has ended. Call what it returns to end that. */
export function watchAlerts({
  clock,
  alerts,
}: {
  readonly clock: Pick<Clock, 'after'>;
  readonly alerts: Pick<Alerts, 'evaluate'>;
}): () => void {
  let stop = () => {};
  let isStopped = false;

  function arm(): void {
    if (isStopped) return;
    stop = clock.after(EVALUATED_EVERY_MS, () => void alerts.evaluate().finally(arm));
  }

  arm();
  return () => {
    isStopped = true;
    stop();
  };
}
