import { speaks } from '@trimtab/protocol';
import type { Delivered } from '../link/session-model.ts';
import type { Clock } from '../ports/clock.ts';

/** How a visit ended. `put-off`: something of it waits for the next. */
export type VisitEnd = 'done' | 'nobody-let-it-in' | 'put-off';

export interface Visit {
  /** Resolves once, when there is nothing to stay for. */
  readonly over: Promise<VisitEnd>;
  /** A collector has let this guest in, and knows what it is and what is full. */
  linkUp(version: number): void;
  linkDown(): void;
  /** All collectors were tried, and none let it in. */
  rejected(): void;
  /** What the host said is dealt with. */
  heard(message: Delivered): void;
  /** A trim is over. */
  trimEnded(): void;
  /** It stays at least until this is settled. */
  during(work: Promise<void>): void;
}

/** So long a visit tries to be let in, or to be let in again; one by a timer, which comes again, no longer than once. */
export const LET_IN_MS = 60_000;
/** A host that cannot say `rest` has nothing for this guest after it was silent for so long. */
export const SILENCE_MS = 5_000;
/** With nothing under way, a host that says nothing any more is left. */
export const HELD_MS = 5 * 60_000;

/**
 * When an agent that does not stay may go: once its host has all that it was to tell and nothing for it, or nobody lets
 * it in. A trim that is due or was asked for is waited for, also where no host is there (rule R6).
 */
export function createVisit({
  comesAgain,
  isTrimming,
  reportsWait,
  clock,
}: {
  /** Something starts it again soon, whatever becomes of this visit. */
  comesAgain: boolean;
  isTrimming: () => boolean;
  /** Are there reports that no collector has acknowledged? */
  reportsWait: () => boolean;
  clock: Pick<Clock, 'after'>;
}): Visit {
  const { promise: over, resolve: end } = Promise.withResolvers<VisitEnd>();
  let link: { readonly kind: 'down' } | { readonly kind: 'up'; readonly canSayRest: boolean } = { kind: 'down' };
  let wasRejected = false;
  let rests = false;
  let works = 0;
  let stopWaiting = () => {};
  wait();

  const isAtWork = (): boolean => isTrimming() || works > 0;

  /** From now on, again: something has happened. */
  function wait(): void {
    stopWaiting();
    const patienceMs = link.kind === 'down' ? LET_IN_MS : link.canSayRest ? HELD_MS : SILENCE_MS;
    stopWaiting = clock.after(patienceMs, () => {
      if (isAtWork()) return wait();
      if (link.kind === 'down') return end('nobody-let-it-in');
      end(link.canSayRest || reportsWait() ? 'put-off' : 'done');
    });
  }

  function check(): void {
    wait();
    if (isAtWork()) return;
    if (link.kind === 'up' && rests && !reportsWait()) end('done');
    if (link.kind === 'down' && wasRejected && comesAgain) end('nobody-let-it-in');
  }

  return {
    over: over.finally(() => stopWaiting()),
    linkUp(version) {
      link = { kind: 'up', canSayRest: speaks(version, 'rest') };
      rests = false;
      wasRejected = false;
      check();
    },
    linkDown() {
      link = { kind: 'down' };
      check();
    },
    rejected() {
      wasRejected = true;
      check();
    },
    heard({ type }) {
      rests = type === 'rest';
      check();
    },
    trimEnded: check,
    during(work) {
      works += 1;
      const settle = () => {
        works -= 1;
        check();
      };
      work.then(settle, settle);
    },
  };
}
