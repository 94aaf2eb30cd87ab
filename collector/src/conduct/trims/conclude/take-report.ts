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
 * Of all guests, judged and stored: thousands whose images come to rest in one moment would else keep whoever asks
 * something waiting until all of them are.
 */
export const CONCLUDED_AT_ONCE = 16;

export interface TakeReportDeps extends GatherDeps {
  /** So many at once (`CONCLUDED_AT_ONCE`); the others in their order. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value>;
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
  const result = await deps.inTurn(async () =>
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
