import type { Clock } from '../ports/clock.ts';
import type { GuestConnection } from './connection.ts';

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

/** Those who wait to hear whether the other end is there: each is told once. */
export class Asking {
  #asking: ((isThere: boolean) => void)[] | null = null;

  add(told: (isThere: boolean) => void): void {
    this.#asking ??= [];
    this.#asking.push(told);
  }

  tell(isThere: boolean): void {
    const waiting = this.#asking ?? [];
    this.#asking = null;
    for (const told of waiting) told(isThere);
  }
}
