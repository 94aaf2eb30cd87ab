import { type Problem, speaks } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../../link/guest-links.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Job } from '../../../model/job.ts';
import type { TrimResult } from '../../../model/trim-result.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Trimmer } from '../agent-trimmer.ts';
import { type JobLog, waitsForVisit } from '../jobs/job-log.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { LiveTrims } from '../live-trims.ts';
import type { RunTrim } from '../run-trim.ts';
import { ANSWER_TIMEOUT_MS, SILENCE_MS } from '../trim-model.ts';
import { saysNothing } from './absence-faults.ts';

export type Waiting = Readonly<JobLog>;

/** The jobs that have no answer yet, as far as a guest that is away or back decides over them. */
export interface OpenJobs {
  /** Those that wait for an agent: what qemu-ga does, no coming and going of an agent decides over. */
  all(): readonly Job[];
  ofGuest(guestId: GuestId): readonly Waiting[];
  ofQemuGa(): readonly Waiting[];
  /**
   * It is back: what it was asked for, and has not said anything of, may have been lost with its connection. That is
   * asked again, by the same id, and at once: it comes before the word that would have the agent forget the id.
   */
  askAgain(guest: Pick<ConnectedGuest, 'id' | 'name' | 'wireVersion'>): void;
  /** What its trim came to is stored, and was not told. */
  finish(log: Waiting, result: TrimResult): Promise<void>;
  /** Those that still wait get this for an answer. */
  end(logs: readonly Waiting[], why: (job: Job) => Problem): Promise<void>;
  /**
   * Those whose trim the guest says nothing of for as long as it may be silent over a slot are ended. An agent that is
   * back says at once which trim it has; one that is not as new only when its sync has ended.
   */
  listen(logs: readonly Waiting[]): void;
}

export function createOpenJobs({
  clock,
  log,
  jobs,
  live,
  run,
  trimmer,
}: {
  clock: Pick<Clock, 'after' | 'now'>;
  log: Log;
  jobs: Jobs;
  live: LiveTrims;
  run: RunTrim;
  trimmer: Pick<Trimmer, 'ask'>;
}): OpenJobs {
  /** What the host itself is still busy with has an answer soon. */
  function needsGuest({ job, trimId }: Waiting): boolean {
    const trim = trimId === null ? null : live.find({ guestId: job.guestId, trimId });
    return trim?.state.kind !== 'settling' && trim?.state.kind !== 'losing';
  }

  async function end(logs: readonly Waiting[], why: (job: Job) => Problem): Promise<void> {
    for (const waiting of logs.filter(needsGuest)) {
      const { job, cured } = waiting;
      const trim = cured === null ? null : live.find({ guestId: job.guestId, trimId: cured });
      // What the first trim came to is known.
      if (trim !== null) await run(trim, { kind: 'cure-ended', result: null });
      else await jobs.refuse({ requestId: job.id, guestId: job.guestId, problem: why(job) });
    }
  }

  /** Of one that is older nobody waits for the answer, but after a restart; the guest is not to be surprised by it. */
  function isUnheard({ job, trimId, cured, storedUpTo }: Waiting): boolean {
    const isNew = clock.now() - job.askedAt <= ANSWER_TIMEOUT_MS;
    return trimId === null && cured === null && storedUpTo > 0 && job.cancelledAt === null && isNew;
  }

  const isByQemuGa = ({ job }: Waiting) => job.options.isByQemuGa === true;
  const ofAgents = () => jobs.open().filter((waiting) => !isByQemuGa(waiting) && !waitsForVisit(waiting));

  return {
    all: () => ofAgents().map(({ job }) => job),
    ofGuest: (guestId) => ofAgents().filter(({ job }) => job.guestId === guestId),
    askAgain({ id: guestId, name: guest, wireVersion }) {
      if (!speaks(wireVersion, 'repeats')) return;
      for (const { job } of ofAgents().filter((waiting) => waiting.job.guestId === guestId && isUnheard(waiting))) {
        const { id: requestId, targets: mounts } = job;
        log.info({ guest, requestId }, 'asked again for a trim: its agent is back, and has not answered');
        trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint: false });
      }
    },
    ofQemuGa: () => jobs.open().filter(isByQemuGa),
    async finish({ job: { guestId } }, result) {
      const { id: trimId } = result;
      await jobs.tell({ trimId, guestId, event: { event: 'finished', trimId, result } });
    },
    end,
    listen(logs) {
      const heard = logs
        .filter(({ trimId }) => trimId !== null)
        .map((waiting) => ({ waiting, last: lastHeard(waiting) }));
      if (heard.length === 0) return;
      clock.after(SILENCE_MS, () => {
        const silent = heard.filter(({ waiting, last }) => lastHeard(waiting) === last).map(({ waiting }) => waiting);
        end(silent, saysNothing).catch((error) =>
          log.error({ reason: toReason(error) }, 'a request could not be answered'),
        );
      });
    },
  };
}

/** The newest thing that has happened to it, by identity. */
function lastHeard({ events, progress }: Waiting): unknown {
  return progress ?? events.at(-1);
}
