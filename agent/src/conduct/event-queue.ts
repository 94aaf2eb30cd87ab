import { formatFault } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';

export interface EventQueue<Handler> {
  add(handle: (handler: Handler) => void | Promise<void>): void;
  /** From here on what was added is handled; until then it waits. */
  open(handler: Handler): void;
}

/** Handles what the collector says one after the other, in order, and not before the agent is ready for it. */
export function createEventQueue<Handler>({ log }: { log: Log }): EventQueue<Handler> {
  const opened = Promise.withResolvers<Handler>();
  let last: Promise<unknown> = opened.promise;
  return {
    add(handle) {
      last = last.then(async () => handle(await opened.promise)).catch((error) => log.error(formatFault(error)));
    },
    open: opened.resolve,
  };
}
