import { Fault } from '@trimtab/protocol/shared';
import { type ApiPlace, toSubject } from '../model/api-place.ts';
import type { NumberedEvent, TrimEvent } from '../model/trim-event.ts';
import type { RemoteWatchQuery } from '../ports/desk/remote-desk.ts';
import type { Pause } from '../ports/pause.ts';
import { type ReadEvents, readEvents } from './read-events.ts';

/** How long a collector may be away: a restart takes a second, an upgrade of its package some ten. */
export const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

/**
 * The events of a request, also over a restart of the collector: where the connection ends before they do, it is asked
 * again for those after the last that arrived. Throws `collector-gone` when the collector stays away, or is one of
 * before 0.2, which does not number its events: it would tell everything again.
 */
export async function* watchRequest({
  place,
  pause,
  query,
  read = readEvents,
}: {
  place: ApiPlace;
  pause: Pause;
  query: RemoteWatchQuery;
  read?: ReadEvents;
}): AsyncGenerator<NumberedEvent, void, undefined> {
  const { requestId, signal, onPresence } = query;
  let { after } = query;
  let isNumbered = true;
  let awaySinceMs: number | null = null;
  for (;;) {
    const resumedAfter = after;
    let cause = 'it ended the connection before the trim was over';
    try {
      for await (const line of read({ place, requestId, after, signal })) {
        if (awaySinceMs !== null) onPresence('back');
        awaySinceMs = null;
        if (line === 'heartbeat') continue;
        isNumbered = line.number !== null;
        if (!isNumbered && resumedAfter > 0) {
          cause = 'the collector in its place does not say which of its events are new';
          break;
        }
        const number = line.number ?? after + 1;
        if (number < after || (number === after && line.event?.event !== 'progress')) continue;
        after = number;
        if (line.event === null) continue;
        yield { number, event: line.event };
        if (isLast(line.event)) return;
      }
    } catch (error) {
      if (signal.aborted || !isAbsence(error)) throw error;
      cause = error.detail.cause;
    }
    if (!isNumbered) throw gone({ place, cause });
    if (awaySinceMs === null) onPresence('away');
    awaySinceMs ??= pause.monotonicMs();
    if (pause.monotonicMs() - awaySinceMs >= PATIENCE_MS) throw gone({ place, cause: `it stays away: ${cause}` });
    await pause.wait(RETRY_MS, signal);
    signal.throwIfAborted();
  }
}

function isLast({ event }: TrimEvent): boolean {
  return event === 'finished' || event === 'refused';
}

/** The collector is not there, or went in the middle; anything else it says itself. */
function isAbsence(error: unknown): error is Fault {
  return error instanceof Fault && ['no-collector', 'collector-gone'].includes(error.detail.code);
}

function gone({ place, cause }: { place: ApiPlace; cause: string }): Fault {
  return new Fault({
    code: 'collector-gone',
    operation: 'watch the trim',
    subject: toSubject(place),
    cause,
    hint: 'The guest goes on, and reports once the collector runs again: trimtab history',
  });
}
