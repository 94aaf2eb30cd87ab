import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { NumberedEvent, TrimEvent } from '../../model/trim-event.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { WatchQuery } from '../../ports/desk/trims.ts';

/** Requests whose events are kept for those who come to watch late. */
const REQUESTS_REMEMBERED = 200;

interface RequestLog {
  readonly guestId: GuestId;
  /** In the order they happened. Of `progress` only the newest is kept, under a new number: a trim may run for hours. */
  readonly entries: NumberedEvent[];
  newest: number;
  readonly wake: Set<() => void>;
  trimId: TrimId | null;
  cancelled: boolean;
}

/** What happened to each request, for those who watch. The result itself is in the store; this is gone with the collector. */
export function createRequests() {
  const logs = new Map<RequestId, RequestLog>();
  const requestByTrim = new Map<TrimId, RequestId>();

  function add(requestId: RequestId, event: TrimEvent): void {
    const log = logs.get(requestId);
    if (log === undefined || hasEnded(log)) return;
    if (event.event === 'progress' && log.entries.at(-1)?.event.event === 'progress') log.entries.pop();
    log.newest += 1;
    log.entries.push({ number: log.newest, event });
    for (const wake of [...log.wake]) wake();
  }

  function find(requestId: RequestId): RequestLog {
    const log = logs.get(requestId);
    if (log !== undefined) return log;
    throw new Fault({
      code: 'unknown-request',
      operation: 'find a request',
      subject: requestId,
      cause: 'this collector knows of no such request; it forgets them when it restarts',
      hint: 'The result of a finished trim is in `trimtab history`.',
    });
  }

  return {
    begin(requestId: RequestId, guest: { id: GuestId; name: string }): void {
      logs.set(requestId, {
        guestId: guest.id,
        entries: [],
        newest: 0,
        wake: new Set(),
        trimId: null,
        cancelled: false,
      });
      add(requestId, { event: 'requested', requestId, guest: guest.name });
      if (logs.size > REQUESTS_REMEMBERED) forgetOldest();
    },
    /** From here on the events of this trim belong to the request. A guest can only answer a request made to it. */
    tie(requestId: RequestId, trimId: TrimId, guestId: GuestId): void {
      const log = logs.get(requestId);
      if (log === undefined || log.guestId !== guestId || log.trimId !== null) return;
      log.trimId = trimId;
      requestByTrim.set(trimId, requestId);
    },
    addToTrim(trimId: TrimId, event: TrimEvent): void {
      const requestId = requestByTrim.get(trimId);
      if (requestId !== undefined) add(requestId, event);
    },
    /** A guest says no to a request made to it, or to the trim that answers it. */
    refuse(about: TrimId | RequestId, guestId: GuestId, problem: Problem): void {
      const requestId = requestByTrim.get(about as TrimId) ?? (about as RequestId);
      if (logs.get(requestId)?.guestId === guestId) add(requestId, { event: 'refused', problem });
    },
    /** Has the guest answered by an intent or a problem? */
    isAnswered: (requestId: RequestId) => (logs.get(requestId)?.entries.length ?? 0) > 1,
    /** The request that a trim answers; what is no trim of a request is given back. */
    requestOf: (about: TrimId | RequestId) => requestByTrim.get(about as TrimId) ?? (about as RequestId),
    /** Does a trim answer it now? */
    isTied: (requestId: RequestId) => (logs.get(requestId)?.trimId ?? null) !== null,
    /** Its trim is over, and the guest was asked for another in its place: the next that names the request goes on with it. */
    again(requestId: RequestId, event: Extract<TrimEvent, { event: 'again' }>): void {
      const log = logs.get(requestId);
      if (log === undefined) return;
      log.trimId = null;
      requestByTrim.delete(event.trimId);
      add(requestId, event);
    },
    /** It ends with a result that no trim brings any more. */
    finish(requestId: RequestId, result: TrimResult): void {
      add(requestId, { event: 'finished', trimId: result.id, result });
    },
    /** Somebody wants it stopped. The trim to stop, or null while the guest has not yet said which that will be. */
    cancel(requestId: RequestId): { readonly guestId: GuestId; readonly trimId: TrimId | null } {
      const log = find(requestId);
      log.cancelled = true;
      return { guestId: log.guestId, trimId: log.trimId };
    },
    isCancelled: (trimId: TrimId) => {
      const requestId = requestByTrim.get(trimId);
      return requestId !== undefined && logs.get(requestId)?.cancelled === true;
    },
    async *watch({ requestId, after, signal }: WatchQuery): AsyncGenerator<NumberedEvent> {
      const log = find(requestId);
      for (let seen = after; ; ) {
        const next = log.entries.find(({ number }) => number > seen);
        if (next !== undefined) {
          yield next;
          seen = next.number;
        } else if (hasEnded(log) || signal.aborted) return;
        else await nextEvent(log, signal);
      }
    },
  };

  /** One that has ended, if there is one; else the oldest is ended, and those who watch it told so. */
  function forgetOldest(): void {
    const oldest = [...logs].find(([, log]) => hasEnded(log)) ?? [...logs][0];
    if (oldest === undefined) return;
    const [requestId, log] = oldest;
    add(requestId, { event: 'refused', problem: FORGOTTEN });
    if (log.trimId !== null) requestByTrim.delete(log.trimId);
    logs.delete(requestId);
  }
}

export type Requests = ReturnType<typeof createRequests>;

const FORGOTTEN: Problem = {
  code: 'forgotten',
  operation: 'watch a request',
  subject: 'this one',
  cause: `${REQUESTS_REMEMBERED} newer ones have come since`,
  hint: 'Its result will be in `trimtab history`.',
};

function hasEnded({ entries }: RequestLog): boolean {
  const last = entries.at(-1)?.event.event;
  return last === 'finished' || last === 'refused';
}

function nextEvent(log: RequestLog, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      log.wake.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    log.wake.add(wake);
    signal.addEventListener('abort', wake);
  });
}
