import type { Problem } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { TrimEvent } from '../model/trim-event.ts';

/** Requests whose events are kept for those who come to watch late. */
const REQUESTS_REMEMBERED = 200;

interface RequestLog {
  readonly guestId: string;
  readonly events: TrimEvent[];
  readonly wake: Set<() => void>;
  trimId: string | null;
}

/** What happened to each request, for those who watch. The result itself is in the store; this is gone with the collector. */
export function createRequests() {
  const logs = new Map<string, RequestLog>();
  const requestByTrim = new Map<string, string>();

  function add(requestId: string, event: TrimEvent): void {
    const log = logs.get(requestId);
    if (log === undefined || hasEnded(log)) return;
    log.events.push(event);
    for (const wake of log.wake) wake();
  }

  function find(requestId: string): RequestLog {
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
    begin(requestId: string, guest: { id: string; name: string }): void {
      logs.set(requestId, { guestId: guest.id, events: [], wake: new Set(), trimId: null });
      const [oldest] = logs.keys();
      if (logs.size > REQUESTS_REMEMBERED && oldest !== undefined) forget(oldest);
      add(requestId, { event: 'requested', requestId, guest: guest.name });
    },
    /** From here on the events of this trim belong to the request. A guest can only answer a request made to it. */
    tie(requestId: string, trimId: string, guestId: string): void {
      const log = logs.get(requestId);
      if (log === undefined || log.guestId !== guestId || log.trimId !== null) return;
      log.trimId = trimId;
      requestByTrim.set(trimId, requestId);
    },
    addToTrim(trimId: string, event: TrimEvent): void {
      const requestId = requestByTrim.get(trimId);
      if (requestId !== undefined) add(requestId, event);
    },
    /** A guest says no to a request made to it, or to the trim that answers it. */
    refuse(about: string, guestId: string, problem: Problem): void {
      const requestId = requestByTrim.get(about) ?? about;
      if (logs.get(requestId)?.guestId === guestId) add(requestId, { event: 'refused', problem });
    },
    /** Has the guest answered by an intent or a problem? */
    isAnswered: (requestId: string) => (logs.get(requestId)?.events.length ?? 0) > 1,
    trimOf: (requestId: string) => ({ guestId: find(requestId).guestId, trimId: find(requestId).trimId }),
    async *watch(requestId: string, signal: AbortSignal): AsyncGenerator<TrimEvent> {
      const log = find(requestId);
      for (let next = 0; ; ) {
        const event = log.events[next];
        if (event !== undefined) {
          yield event;
          next += 1;
        } else if (hasEnded(log) || signal.aborted) return;
        else await nextEvent(log, signal);
      }
    },
  };

  function forget(requestId: string): void {
    const trimId = logs.get(requestId)?.trimId;
    if (trimId !== null && trimId !== undefined) requestByTrim.delete(trimId);
    logs.delete(requestId);
  }
}

export type Requests = ReturnType<typeof createRequests>;

function hasEnded({ events }: RequestLog): boolean {
  const last = events.at(-1)?.event;
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
