import type { Clock } from '../ports/clock.ts';

/** `alone`: the collector is away, so nobody samples the images, and the guest trims without (rule R6). */
export type GrantAnswer = 'granted' | 'alone' | 'cancelled';

export interface GrantWait {
  readonly answer: Promise<GrantAnswer>;
  grant(): void;
  linkUp(): void;
  linkDown(): void;
}

/**
 * Waits for the host to grant a trim: as long as it likes while the link is up, since it orders the trims of a pool, and for
 * `patienceMs` while the link is down.
 */
export function waitForGrant({
  clock,
  patienceMs,
  downForMs,
  signal,
}: {
  clock: Clock;
  patienceMs: number;
  /** How long the link has been down already; null while it is up. */
  downForMs: number | null;
  signal: AbortSignal;
}): GrantWait {
  const { promise, resolve } = Promise.withResolvers<GrantAnswer>();
  let takeBack = () => {};
  const settle = (answer: GrantAnswer): void => {
    takeBack();
    resolve(answer);
  };
  const linkDown = (delayMs: number): void => {
    takeBack();
    takeBack = clock.after(delayMs, () => settle('alone'));
  };
  if (signal.aborted) settle('cancelled');
  else signal.addEventListener('abort', () => settle('cancelled'), { once: true });
  if (downForMs !== null && !signal.aborted) linkDown(Math.max(0, patienceMs - downForMs));
  return {
    answer: promise,
    grant: () => settle('granted'),
    linkUp: () => takeBack(),
    linkDown: () => linkDown(patienceMs),
  };
}
