import { formatJsonLine } from '@trimtab/protocol/shared';
import type { NumberedEvent } from '../model/trim-event.ts';
import type { Clock } from '../ports/clock.ts';

/** How long the stream is silent at most: shorter than what proxies and readers take for dead. */
const HEARTBEAT_MS = 15_000;

/**
 * The first one comes sooner: by it a reader that was cut off knows that the collector is back
 * (compose/watch-request.ts).
 */
const FIRST_HEARTBEAT_MS = 500;

/**
 * NDJSON: one event a line with its number, a blank line as heartbeat while nothing happens. Ends with the events, or
 * when the reader left. Throws what the events throw.
 */
export async function* eventLines({
  events,
  signal,
  clock,
}: {
  events: AsyncIterable<NumberedEvent>;
  signal: AbortSignal;
  clock: Pick<Clock, 'after'>;
}): AsyncGenerator<string, void, undefined> {
  const iterator = events[Symbol.asyncIterator]();
  const nextEvent = () => {
    const next = iterator.next();
    // Its failure is seen where it is awaited. A reader that left does not await it, and then it is not unhandled.
    next.catch(() => {});
    return next;
  };
  let next = nextEvent();
  for (let silenceMs = FIRST_HEARTBEAT_MS; !signal.aborted; silenceMs = HEARTBEAT_MS) {
    const first = await firstOf({ next, silenceMs, signal, clock });
    if (first === 'left') return;
    if (first === 'silence') {
      yield '\n';
      continue;
    }
    if (first.done === true) return;
    const { number, event } = first.value;
    yield formatJsonLine({ number, ...event });
    next = nextEvent();
  }
}

async function firstOf<Event>({
  next,
  silenceMs,
  signal,
  clock,
}: {
  next: Promise<Event>;
  silenceMs: number;
  signal: AbortSignal;
  clock: Pick<Clock, 'after'>;
}): Promise<Event | 'silence' | 'left'> {
  const waiting = Promise.withResolvers<'silence' | 'left'>();
  const stopClock = clock.after(silenceMs, () => waiting.resolve('silence'));
  const leave = () => waiting.resolve('left');
  signal.addEventListener('abort', leave);
  try {
    return await Promise.race([next, waiting.promise]);
  } finally {
    stopClock();
    signal.removeEventListener('abort', leave);
  }
}
