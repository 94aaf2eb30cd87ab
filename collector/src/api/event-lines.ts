import type { NumberedEvent } from '../model/trim-event.ts';
import type { Clock } from '../ports/clock.ts';

/** How long the stream is silent at most: shorter than what proxies and readers take for dead. */
export const HEARTBEAT_MS = 15_000;

/**
 * NDJSON: one event a line with its number, a blank line as heartbeat while nothing happens. Ends with the events, or when the reader left.
 * Throws what the events throw.
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
    // Whoever waits for it sees the failure; if the reader left before, nobody has to.
    next.catch(() => {});
    return next;
  };
  let next = nextEvent();
  while (!signal.aborted) {
    const first = await firstOf({ next, signal, clock });
    if (first === 'left') return;
    if (first === 'silence') {
      yield '\n';
      continue;
    }
    if (first.done === true) return;
    const { number, event } = first.value;
    yield `${JSON.stringify({ number, ...event })}\n`;
    next = nextEvent();
  }
}

async function firstOf<Event>({
  next,
  signal,
  clock,
}: {
  next: Promise<Event>;
  signal: AbortSignal;
  clock: Pick<Clock, 'after'>;
}): Promise<Event | 'silence' | 'left'> {
  const waiting = Promise.withResolvers<'silence' | 'left'>();
  const stopClock = clock.after(HEARTBEAT_MS, () => waiting.resolve('silence'));
  const leave = () => waiting.resolve('left');
  signal.addEventListener('abort', leave);
  try {
    return await Promise.race([next, waiting.promise]);
  } finally {
    stopClock();
    signal.removeEventListener('abort', leave);
  }
}
