import type { TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../../model/guest-id.ts';
import type { HostProcesses } from '../../../ports/host-processes.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimMark, OpenTrimsStore } from '../../../ports/store/open-trims.ts';
import type { HowLost } from '../trim-model.ts';

export interface LostTrim {
  readonly open: OpenTrimMark;
  readonly how: HowLost;
  /** False once its guest is back, or the collector ends: then it is not lost, or not to be concluded now. */
  isStill(): boolean;
}

/** Concludes and stores what is known of a trim whose guest is gone. Rejects when that cannot be done. */
export type LoseTrim = (lost: LostTrim) => Promise<void>;

export interface LostTrimsDeps {
  readonly log: Log;
  readonly store: Pick<OpenTrimsStore, 'openTrims'>;
  readonly processes: Pick<HostProcesses, 'runs'>;
  readonly lose: LoseTrim;
}

type Still = LostTrim['isStill'];

/**
 * The lost trims of a guest, each by itself: one that cannot be concluded keeps no other from being, and its guest from
 * nothing. It is told of once in the log, and tried again when its guest is next checked.
 */
export function createLostTrims({ log, store, processes, lose }: LostTrimsDeps) {
  /** Those of which the log was told, while they are open. */
  const told = new Map<GuestId, ReadonlySet<TrimId>>();

  /** Those that could not be concluded. `open`: all of the guest's. */
  async function loseEach(call: {
    readonly guestId: GuestId;
    readonly open: readonly OpenTrimMark[];
    readonly lost: readonly OpenTrimMark[];
    readonly how: HowLost;
    readonly isStill: Still;
  }): Promise<readonly OpenTrimMark[]> {
    const { guestId, open, lost, how, isStill } = call;
    const before = told.get(guestId);
    const failed: OpenTrimMark[] = [];
    for (const one of lost) {
      if (!isStill()) break;
      try {
        await lose({ open: one, how, isStill });
      } catch (error) {
        if (!isStill()) break;
        failed.push(one);
        const about = { guestId, trimId: one.id, how, reason: toReason(error) };
        if (before?.has(one.id) !== true) log.error(about, 'a lost trim could not be concluded');
      }
    }
    const ids = open.filter((one) => before?.has(one.id) || failed.includes(one)).map(({ id }) => id);
    if (ids.length === 0) told.delete(guestId);
    else told.set(guestId, new Set(ids));
    return failed;
  }

  return {
    /** Those that qemu-ga was to tell of, when this collector began. False where one could not be concluded. */
    async loseUntold(guestId: GuestId, isStill: Still): Promise<boolean> {
      const open = await store.openTrims(guestId);
      const lost = open.filter(({ inside }) => inside === 'qemu-ga');
      return (await loseEach({ guestId, open, lost, how: 'collector-started-anew', isStill })).length === 0;
    },
    /** Those whose QEMU has ended. How many have one that runs, and how many could not be concluded. */
    async loseEnded(guestId: GuestId, isStill: Still): Promise<Record<'running' | 'failed', number>> {
      const lost: OpenTrimMark[] = [];
      let running = 0;
      const open = await store.openTrims(guestId);
      for (const one of open) {
        // Of qemu-ga's own trims, who asked it hears.
        if (one.process === null || one.inside === 'qemu-ga') continue;
        if (await processes.runs(one.process)) running += 1;
        else lost.push(one);
      }
      const failed = await loseEach({ guestId, open, lost, how: 'qemu-ended', isStill });
      return { running, failed: failed.length };
    },
    /** Those of another boot than this. The ids of those that could not be concluded, and those of this boot. */
    async loseOthers(call: {
      readonly guestId: GuestId;
      readonly bootId: string;
      readonly isStill: Still;
    }): Promise<{ readonly failed: ReadonlySet<TrimId | null>; readonly own: readonly OpenTrimMark[] }> {
      const open = await store.openTrims(call.guestId);
      const lost = open.filter(({ bootId }) => bootId !== null && bootId !== call.bootId);
      const { guestId, isStill } = call;
      const failed = await loseEach({ guestId, open, lost, how: 'started-anew', isStill });
      return { failed: new Set(failed.map(({ id }) => id)), own: open.filter(({ bootId }) => bootId === call.bootId) };
    },
  };
}
