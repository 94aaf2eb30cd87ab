import type { RequestId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Job } from '../../model/job.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { cannotCancel, justLeft, noAnswer } from './jobs/job-faults.ts';
import { type JobLog, waitsForVisit } from './jobs/job-log.ts';
import type { Jobs } from './jobs/jobs.ts';
import { type LiveTrims, newTrim } from './live-trims.ts';
import type { RunTrim } from './run-trim.ts';
import { ANSWER_TIMEOUT_MS } from './trim-model.ts';
import { createVisitRequests } from './visit-requests.ts';

export interface AskedTrimsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<TrimsStore, 'findTrim'>;
  readonly jobs: Jobs;
  readonly live: LiveTrims;
  readonly trimmer: Trimmer;
  readonly run: RunTrim;
  newRequestId(): RequestId;
  isHere(guestId: GuestId): boolean;
}

export interface TrimWish {
  readonly guest: ConnectedGuest;
  /** Null: every filesystem that can be trimmed. */
  readonly mounts: readonly string[] | null;
  readonly askedBy: AskedBy;
}

/** Trims that people ask for: each is a job, which is stored before the guest hears of it. */
export function createAskedTrims(deps: AskedTrimsDeps) {
  const { clock, jobs, live, run, trimmer } = deps;

  /** A guest that has not said by then which trim answers does not hear. One that visits may have left: it comes again. */
  function awaitAnswer({ id, guestId, guestName, options }: Job): void {
    clock.after(ANSWER_TIMEOUT_MS, () => {
      if (!jobs.isWaiting(id) || (options.atVisit !== undefined && !deps.isHere(guestId))) return;
      jobs.refuse({ requestId: id, guestId, problem: noAnswer(guestName) }).catch((error) => {
        deps.log.error({ requestId: id, reason: toReason(error) }, 'a request could not be answered');
      });
    });
  }

  const visitRequests = createVisitRequests({ ...deps, awaitAnswer });

  return {
    async ask({ guest, mounts, askedBy }: TrimWish): Promise<RequestId> {
      const job: Job = {
        id: deps.newRequestId(),
        kind: 'trim',
        guestId: guest.id,
        guestName: guest.name,
        targets: mounts,
        options: guest.byQemuGa === undefined ? {} : { isByQemuGa: true, mayTaint: guest.byQemuGa.mayTaint },
        askedBy,
        askedAt: clock.now(),
        deadline: null,
        priority: 0,
        cancelledAt: null,
      };
      await jobs.begin(job);
      const { id: requestId, guestId, guestName } = job;
      const mayTaint = job.options.mayTaint === true;
      if (trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint })) awaitAnswer(job);
      // It left while the job was being stored.
      else await jobs.refuse({ requestId, guestId, problem: justLeft(guestName) });
      return requestId;
    },

    askAtVisit: visitRequests.askAtVisit,
    visited: visitRequests.visited,

    /**
     * Asks the guest to stop the trim of this request, as soon as it is known which that is. Throws `unknown-request`,
     * and `cannot-cancel` where nobody can stop it.
     */
    async cancel(requestId: RequestId): Promise<void> {
      const asked = jobs.find(requestId);
      if (asked.trimId !== null && !trimmer.canCancel({ guestId: asked.guestId, trimId: asked.trimId }))
        throw cannotCancel(asked.guestName);
      const { guestId, trimId, waiting } = jobs.cancel({ requestId, now: clock.now() });
      if (waiting !== null && !deps.isHere(guestId)) visitRequests.callOff(waiting);
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
        else if (waitsForVisit(log)) visitRequests.wait(log.job);
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
