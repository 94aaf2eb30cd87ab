import type { NumberedEvent } from '../model/trim-event.ts';
import type { Clock } from '../ports/clock.ts';
import { eventLines } from './event-lines.ts';

/**
 * The events of a request as a response body. Resolves with the first line, so that an unknown request can still be
 * answered with an error; a failure after it becomes a last line `{"error": FaultDetail}`.
 */
export async function openEventStream({
  watch,
  onError,
  clock,
}: {
  watch: (signal: AbortSignal) => AsyncIterable<NumberedEvent>;
  /** The last line for a failure. */
  onError: (error: unknown) => string;
  clock: Pick<Clock, 'after'>;
}): Promise<ReadableStream<Uint8Array>> {
  const leaving = new AbortController();
  const { signal } = leaving;
  const lines = eventLines({ events: watch(signal), signal, clock });
  const encoder = new TextEncoder();
  let line: IteratorResult<string, void> | null = await lines.next();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = line ?? (await lines.next());
        line = null;
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        controller.enqueue(encoder.encode(onError(error)));
        controller.close();
      }
    },
    cancel() {
      leaving.abort();
    },
  });
}
