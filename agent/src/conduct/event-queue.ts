import { formatFault } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';

export interface EventQueue {
  add(handle: () => void | Promise<void>): void;
  /** From here on what was added is handled; until then it waits. */
  open(): void;
}

/** Handles what the collector says one after the other, in order, and not before the agent is ready for it. */
export function createEventQueue({ log }: { log: Log }): EventQueue {
  const gate = Promise.withResolvers<void>();
  let last = gate.promise;
  return {
    add(handle) {
      last = last.then(handle).catch((error) => log.error(formatFault(error)));
    },
    open: gate.resolve,
  };
}
