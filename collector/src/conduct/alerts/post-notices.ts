import { toReason } from '@trimtab/protocol/shared';
import type { Log } from '../../ports/log.ts';
import type { Notices } from '../../ports/notices.ts';
import type { AlertsStore } from '../../ports/store/alerts.ts';

/**
 * Hands on what waits to be posted, in its order. What was posted and is not noted as that, since somebody was killed
 * in between, is posted once more under its id, and [N2] makes nothing of it.
 */
export function createPostNotices({
  store,
  notices,
  log,
}: {
  readonly store: Pick<AlertsStore, 'waitingNotices' | 'postedNotice'>;
  readonly notices: Pick<Notices, 'post'>;
  readonly log: Pick<Log, 'error'>;
}): { noteWaiting(): void; post(): Promise<void> } {
  // Of an earlier run.
  let mayWait = true;
  return {
    noteWaiting() {
      mayWait = true;
    },
    async post() {
      if (!mayWait) return;
      try {
        for (const notice of await store.waitingNotices()) {
          await notices.post(notice);
          await store.postedNotice(notice.id);
        }
        mayWait = false;
      } catch (error) {
        log.error({ reason: toReason(error) }, 'a notice of an alert could not be posted; it is tried again');
      }
    },
  };
}
