import type { Clock } from '../ports/clock.ts';
import type { GuestConnection } from './guest-connection.ts';

/** Whether the other end of a connection is there: heard of within this time. */
export function askForAnswer({
  clock,
  limitMs,
  connection,
}: {
  readonly clock: Pick<Clock, 'after'>;
  readonly limitMs: number;
  readonly connection: Pick<GuestConnection, 'ask'>;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const disarm = clock.after(limitMs, () => resolve(false));
    connection.ask((isThere) => {
      disarm();
      resolve(isThere);
    });
  });
}
