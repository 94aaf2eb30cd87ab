import { toReason } from '@trimtab/protocol/shared';
import type { Log } from '../../../ports/log.ts';
import type { DeliveryKey, NoticesStore } from '../../../ports/store/notices.ts';

/** Stores which deliveries are over, some at a time; until it is stored, a restart delivers once more. */
export function createEndings({
  store,
  log,
}: {
  readonly store: Pick<NoticesStore, 'endDeliveries'>;
  readonly log: Pick<Log, 'warn'>;
}) {
  let unwritten: readonly DeliveryKey[] = [];
  let writing: Promise<void> = Promise.resolve();
  let isScheduled = false;

  async function write(): Promise<void> {
    isScheduled = false;
    const some = unwritten;
    unwritten = [];
    if (some.length === 0) return;
    try {
      await store.endDeliveries(some);
    } catch (error) {
      // With those that end next.
      unwritten = [...some, ...unwritten].slice(-MOST_UNWRITTEN);
      log.warn({ reason: toReason(error) }, 'what was delivered could not be noted, and may be delivered again');
    }
  }

  return {
    add(ended: readonly DeliveryKey[]): void {
      if (ended.length === 0) return;
      unwritten = [...unwritten, ...ended];
      if (isScheduled) return;
      isScheduled = true;
      writing = writing.then(write);
    },
    /** When all that could be stored is. */
    written: () => writing,
  };
}

/** While the store takes nothing. */
export const MOST_UNWRITTEN = 10_000;
