import { createFewAtOnce } from '../../../coordinate/few-at-once.ts';
import type { createOneAtATime } from '../../../coordinate/one-at-a-time.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import { type LiveTrim, type LiveTrims, newTrim } from '../live-trims.ts';
import type { RunTrim, RunTrimDeps } from '../run-trim.ts';
import { createAbsences } from './absences.ts';
import type { LostTrim } from './lost-trims.ts';
import type { WithdrawGrant } from './never-begun.ts';
import { createOpenJobs } from './open-jobs.ts';

/**
 * After a restart of the host the guests of a whole night may be lost at once, and each loss is measured until the host
 * holds still.
 */
export const LOSSES_AT_ONCE = 4;

/**
 * Over the trims of this collector: what the absence of a guest means is told to their machines and to those who wait.
 */
export function watchAbsences(
  deps: RunTrimDeps & {
    readonly live: LiveTrims;
    readonly run: RunTrim;
    /** As the guest's reports are concluded. */
    readonly oneAtATime: ReturnType<typeof createOneAtATime<GuestId>>;
  },
) {
  const { store, jobs, live, run, oneAtATime } = deps;
  const fewAtOnce = createFewAtOnce(LOSSES_AT_ONCE);

  /** Its report may have come while this waited for its turn, or its guest, which was then granted it anew. */
  async function lose({ open, how, isStill }: LostTrim): Promise<void> {
    const { id: trimId, guestId } = open;
    const now = await store.findOpenTrim(open);
    if (!isStill() || now === null || now.after !== null || now.grantedAt !== open.grantedAt) return;
    const { requestId } = now;
    if (requestId !== null) jobs.tie({ requestId, trimId, guestId });
    const cures = live.findCured({ guestId, requestId, trimId })?.trimId ?? null;
    const state = { kind: 'unseen', trimId, cures } as const;
    await run(live.find({ guestId, trimId }) ?? newTrim({ guestId, trimId, state }), { kind: 'lost', open: now, how });
  }

  const judge = (lost: LostTrim) =>
    live.whileJudged({ guestId: lost.open.guestId, trimId: lost.open.id }, () => lose(lost));

  /** What is heard of it later is heard; what is being done for it, or was granted anew, goes on. */
  async function withdraw({ mark, isSilent }: Parameters<WithdrawGrant>[0]): ReturnType<WithdrawGrant> {
    const now = await store.findOpenTrim(mark);
    if (!isSilent() || live.find({ guestId: mark.guestId, trimId: mark.id }) !== null) return 'kept';
    // Taken back already, when its guest left before it heard of the grant: nobody else tells those who wait.
    if (now === null) return 'gone';
    if (now.after !== null || now.grantedAt !== mark.grantedAt) return 'kept';
    await store.withdrawTrim(mark);
    return 'taken-back';
  }

  const { left, came, heard, isStopped, stop, awaitGuests } = createAbsences({
    ...deps,
    openJobs: createOpenJobs(deps),
    isHere: (guestId) => deps.links.find(guestId) !== null,
    // While it waits for its turn, what its guest says does not wait for it.
    lose: (lost) => fewAtOnce(() => oneAtATime(lost.open.guestId, () => judge(lost))),
    withdraw: (grant) => oneAtATime(grant.mark.guestId, () => withdraw(grant)),
  });
  return {
    left,
    came,
    heard,
    isStopped,
    stop,
    awaitGuests,
    /**
     * A trim that was taken for lost, and whose guest lives: what is being stored of it comes before what is measured
     * for it now.
     */
    async lossStored(trim: Pick<LiveTrim, 'guestId' | 'trimId'>): Promise<void> {
      if (live.find(trim)?.state.kind === 'losing') await oneAtATime(trim.guestId, async () => {});
    },
  };
}
