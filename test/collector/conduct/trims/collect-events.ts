import type { RequestId } from '@trimtab/protocol';
import type { Trims } from '../../../../collector/src/conduct/trims/trims.ts';
import type { NumberedEvent } from '../../../../collector/src/model/trim-event.ts';

/** A watcher: what it has seen so far, and whether its events have ended. */
export function collectEvents(trims: Trims, { requestId, after }: { requestId: RequestId; after: number }) {
  const leaving = new AbortController();
  const watcher = {
    seen: [] as NumberedEvent[],
    hasEnded: false,
    error: null as unknown,
    leave: () => leaving.abort(),
    names: () => watcher.seen.map(({ event }) => event.event),
  };
  void (async () => {
    try {
      for await (const numbered of trims.watch({ requestId, after, signal: leaving.signal }))
        watcher.seen.push(numbered);
    } catch (error) {
      watcher.error = error;
    }
    watcher.hasEnded = true;
  })();
  return watcher;
}
