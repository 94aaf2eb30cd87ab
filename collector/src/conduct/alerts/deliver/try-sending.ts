import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../../../ports/clock.ts';

/** One attempt of a sender, unless it asks for longer; a receiver that says nothing has not taken it. */
export const ATTEMPT_MS = 30_000;

/**
 * Makes one attempt, which ends with its time or with `stopping`, whether the sender minds that or not. Throws a Fault,
 * or `STOPPED`.
 */
export async function trySending({
  clock,
  name,
  withinMs,
  stopping,
  attempt,
}: {
  readonly clock: Pick<Clock, 'after'>;
  readonly name: string;
  readonly withinMs: number;
  readonly stopping: AbortSignal;
  readonly attempt: (signal: AbortSignal) => Promise<void>;
}): Promise<void> {
  if (stopping.aborted) throw STOPPED;
  const ending = new AbortController();
  const ended = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    ended.reject(reason);
    ending.abort();
  };
  const onStop = () => end(STOPPED);
  const forget = clock.after(withinMs, () => end(toSilent({ name, withinMs })));
  stopping.addEventListener('abort', onStop);
  try {
    await Promise.race([ended.promise, attempt(ending.signal)]);
  } catch (error) {
    if (error === STOPPED || error instanceof Fault) throw error;
    throw toUnexpected({ name, error });
  } finally {
    forget();
    stopping.removeEventListener('abort', onStop);
    // Nobody waits for it any more.
    ended.promise.catch(() => {});
  }
}

/** The collector stops: neither delivered nor failed. */
export const STOPPED = Symbol('stopped');

const OPERATION = 'deliver a notice';

function toSilent({ name, withinMs }: { readonly name: string; readonly withinMs: number }): Fault {
  return new Fault({
    code: 'notice-unreachable',
    operation: OPERATION,
    subject: name,
    cause: `the receiver did not answer within ${withinMs / 1000} s`,
    hint: `Try it by hand: trimtab alerts test --to ${name}`,
  });
}

function toUnexpected({ name, error }: { readonly name: string; readonly error: unknown }): Fault {
  return new Fault({
    code: 'notice-failed',
    operation: OPERATION,
    subject: name,
    cause: toCause(error),
    hint: `Try it by hand: trimtab alerts test --to ${name}`,
  });
}
