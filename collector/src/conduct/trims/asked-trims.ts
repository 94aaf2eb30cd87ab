import type { RequestId } from '@trimtab/protocol';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { type AskGuestsDeps, createAskGuests } from './ask-guests.ts';
import { createAwaitAnswer } from './await-answer.ts';
import { cannotCancel, noAnswer } from './jobs/job-faults.ts';
import { type JobLog, waitsForVisit } from './jobs/job-log.ts';
import { type LiveTrims, newTrim } from './live-trims.ts';
import type { RunTrim } from './run-trim.ts';
import { createVisitRequests } from './visit-requests.ts';

export interface AskedTrimsDeps extends Omit<AskGuestsDeps, 'waitForVisit'> {
  readonly store: Pick<TrimsStore, 'findTrim'>;
  readonly live: LiveTrims;
  readonly run: RunTrim;
}

/** Trims that people ask for: each is a job, which is stored before the guest hears of it. */
export function createAskedTrims(deps: AskedTrimsDeps) {
  const { clock, jobs, live, run, trimmer } = deps;
  const { waitForVisit, visited, awaited, callOff } = createVisitRequests(deps);
  const { ask, askAll } = createAskGuests({ ...deps, waitForVisit });
  const awaitAnswer = createAwaitAnswer(deps);

  return {
    ask,
    askAll,
    visited,
    awaited,

    /**
     * Asks the guest to stop the trim of this request, as soon as it is known which that is. Throws `unknown-request`,
     * and `cannot-cancel` where nobody can stop it.
     */
    async cancel(requestId: RequestId): Promise<void> {
      const asked = jobs.find(requestId);
      if (asked.trimId !== null && !trimmer.canCancel({ guestId: asked.guestId, trimId: asked.trimId }))
        throw cannotCancel(asked.guestName);
      const { guestId, trimId, waiting } = jobs.cancel({ requestId, now: clock.now() });
      if (waiting !== null && !deps.isHere(guestId)) callOff(waiting);
      if (trimId !== null) {
        const state = { kind: 'unseen', trimId, cures: null } as const;
        await run(live.find({ guestId, trimId }) ?? newTrim({ guestId, trimId, state }), { kind: 'cancel-asked' });
      }
      await jobs.written();
    },

    /** What was asked of a guest; it is not connected. */
    forgetGuest: jobs.forgetGuest,

    /**
     * After a restart: those that wait for an agent to answer wait anew, and a cure finds again what it is to cure.
     * qemu-ga was asked by the run before, and answers nobody else (absence/untold-trims.ts).
     */
    async resume(): Promise<void> {
      for (const log of jobs.open()) {
        if (log.cured !== null) await resumeCure(log);
        else if (waitsForVisit(log)) waitForVisit(log.job);
        else if (log.trimId === null && log.job.options.isByQemuGa !== true) awaitAnswer(log.job);
      }
    },
  };

  async function resumeCure({ job, cured: trimId, trimId: by }: Readonly<JobLog>): Promise<void> {
    if (trimId === null) return;
    const { guestId, id: requestId } = job;
    const first = await deps.store.findTrim({ guestId, id: trimId });
    if (first === null) return jobs.refuse({ requestId, guestId, problem: noAnswer(job.guestName) });
    const curing = { kind: 'curing', trimId, cures: null, first, requestId, by } as const;
    const trim = newTrim({ guestId, trimId, state: curing });
    live.note(trim);
    await run(trim, { kind: 'resumed' });
  }
}
