import { toReason } from '@trimtab/protocol/shared';
import type { TrimResult } from '../../../model/trim-result.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimsStore } from '../../../ports/store/open-trims.ts';
import type { TrimsStore } from '../../../ports/store/trims.ts';
import { amendLater } from './amend-later.ts';
import { concludeTrim } from './conclude-trim.ts';
import { type GatherDeps, gather, type ReportedTrim } from './gather.ts';

/**
 * Of all guests, judged and stored with one sync of the disk, which takes as long as ten of them. More would keep whoever
 * asks something meanwhile waiting: thousands may come to rest in one moment.
 */
export const CONCLUDED_AT_ONCE = 64;

export interface TakeReportDeps extends GatherDeps {
  /** So many in one turn (`CONCLUDED_AT_ONCE`), with those that come a little later; the others in their order. */
  together<Value>(work: () => Promise<Value>): Promise<Value>;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: OpenTrimsStore & TrimsStore;
}

export interface TakenReport {
  readonly result: TrimResult;
  /** False for a copy of a report that was concluded before. */
  readonly isNew: boolean;
}

/**
 * From a guest's report to the result that is stored of it: gathered, concluded, stored. Rejects when the store fails.
 */
export async function takeReport(deps: TakeReportDeps, trim: ReportedTrim): Promise<TakenReport> {
  const { store, log, clock } = deps;
  const { guest, report } = trim;
  const known = await store.findTrim({ guestId: guest.id, id: report.id });
  if (known?.reported === true) return { result: known, isNew: false };
  const gathered = await gather(deps, trim);
  const result = await deps.together(async () =>
    store.closeTrim({
      guestId: guest.id,
      report,
      result: concludeTrim(gathered),
      storedAt: clock.now(),
      after: null,
    }),
  );
  const watch = gathered.after.commit === null ? null : trim.watchOn();
  amendLater(deps, { gathered, watch }).catch((error) => {
    log.error({ guest: guest.name, trimId: report.id, reason: toReason(error) }, 'a trim could not be amended');
  });
  const verdicts = result.disks.map(({ device, verdict, hops }) => ({
    device,
    verdict,
    reclaimedBytes: hops.reclaimedBytes,
  }));
  log.info({ guest: guest.name, trimId: report.id, verdicts }, 'trim concluded');
  return { result, isNew: true };
}
