import type { TrimId } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimMark } from '../../../ports/store/open-trims.ts';
import type { HowLost } from '../trim-model.ts';

export interface LostTrim {
  readonly open: OpenTrimMark;
  readonly how: HowLost;
  /** False once its guest is back, or the collector ends: then it is not lost, or not to be concluded now. */
  isStill(): boolean;
}

/** Concludes and stores what is known of a trim whose guest is gone. Rejects when that cannot be done. */
export type LoseTrim = (lost: LostTrim) => Promise<void>;

/**
 * The lost trims of a guest, each by itself: one that cannot be concluded keeps no other from being, and its guest from
 * nothing. It is told of once in the log, and tried again when its guest is next checked. Resolves with those that could
 * not be concluded.
 */
export function createLoseEach({ log, lose }: { readonly log: Log; readonly lose: LoseTrim }) {
  /** Those of which the log was told, while they are open. */
  const told = new Map<GuestId, ReadonlySet<TrimId>>();

  return async function loseEach({
    guestId,
    open,
    lost,
    how,
    isStill,
  }: {
    readonly guestId: GuestId;
    /** All of the guest's that are open. */
    readonly open: readonly OpenTrimMark[];
    readonly lost: readonly OpenTrimMark[];
  } & Pick<LostTrim, 'how' | 'isStill'>): Promise<readonly OpenTrimMark[]> {
    const before = told.get(guestId);
    const failed: OpenTrimMark[] = [];
    for (const one of lost) {
      if (!isStill()) break;
      try {
        await lose({ open: one, how, isStill });
      } catch (error) {
        if (!isStill()) break;
        failed.push(one);
        const about = { guestId, trimId: one.id, how, reason: toCause(error) };
        if (before?.has(one.id) !== true) log.error(about, 'a lost trim could not be concluded');
      }
    }
    const ids = open.filter((one) => before?.has(one.id) || failed.includes(one)).map(({ id }) => id);
    if (ids.length === 0) told.delete(guestId);
    else told.set(guestId, new Set(ids));
    return failed;
  };
}
