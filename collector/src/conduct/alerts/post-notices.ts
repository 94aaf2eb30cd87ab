import { toReason } from '@trimtab/protocol/shared';
import type { Notice } from '../../model/alert.ts';
import type { Log } from '../../ports/log.ts';
import type { Notices } from '../../ports/notices.ts';
import type { AlertsStore } from '../../ports/store/alerts.ts';

/**
 * Hands on what waits to be posted, in its order. What was posted and is not noted as that, since somebody was killed
 * in between, is posted once more under its id, and [N2] makes nothing of it; so is what could not be stored.
 */
export function createPostNotices({
  store,
  notices,
  log,
}: {
  readonly store: Pick<AlertsStore, 'waitingNotices' | 'postedNotices'>;
  readonly notices: Pick<Notices, 'post'>;
  readonly log: Pick<Log, 'error'>;
}): { noteWaiting(): void; post(unsaved: readonly Notice[]): Promise<void> } {
  // Of an earlier run.
  let mayWait = true;

  return {
    noteWaiting() {
      mayWait = true;
    },
    /** `unsaved`: those that the store of alerts could not take, and will have later. */
    async post(unsaved) {
      if (!mayWait) return;
      const failures: unknown[] = [];
      const attempt = (work: () => Promise<void>) => work().catch((error: unknown) => void failures.push(error));
      let waiting: readonly Notice[] = [];
      await attempt(async () => {
        waiting = await store.waitingNotices();
      });
      // Also where none could be read, or none can be stored: they may reach their receivers all the same.
      const all = [...waiting, ...unsaved];
      await attempt(async () => {
        if (all.length > 0) await notices.post(all);
        await store.postedNotices(waiting.map(({ id }) => id));
      });
      mayWait = failures.length + unsaved.length > 0;
      if (failures.length === 0) return;
      log.error({ notices: all.length, reason: toReason(failures[0]) }, UNKNOWN);
    },
  };
}

const UNKNOWN = 'notices of alerts are not known to be posted; it is tried again';
