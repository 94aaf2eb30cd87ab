import type { RequestId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { Job } from '../../model/job.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { justLeft, noAnswer } from './jobs/job-faults.ts';
import type { Jobs } from './jobs/jobs.ts';
import { ANSWER_TIMEOUT_MS } from './trim-model.ts';

export interface AskGuestsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: Jobs;
  readonly trimmer: Trimmer;
  newRequestId(): RequestId;
}

export interface TrimWish {
  readonly guest: ConnectedGuest;
  /** Null: every filesystem that can be trimmed. */
  readonly mounts: readonly string[] | null;
  readonly askedBy: AskedBy;
}

/** What became of one wish of many. */
export type Asked =
  | { readonly kind: 'asked'; readonly requestId: RequestId }
  /** It could not be stored, and nobody was asked. */
  | { readonly kind: 'failed'; readonly reason: unknown };

/** Of many trims that are asked for in one call: stored in one transaction, before others have their turn. */
export const ASKED_AT_ONCE = 250;

/** The asking itself, of one guest or of many: each request is stored before its guest hears of it. */
export function createAskGuests(deps: AskGuestsDeps) {
  const { clock, jobs, trimmer } = deps;

  /** A guest that has not said by then which trim answers does not hear. */
  function awaitAnswer({ id, guestId, guestName }: Job): void {
    clock.after(ANSWER_TIMEOUT_MS, () => {
      if (!jobs.isWaiting(id)) return;
      jobs.refuse({ requestId: id, guestId, problem: noAnswer(guestName) }).catch((error) => {
        deps.log.error({ requestId: id, reason: toReason(error) }, 'a request could not be answered');
      });
    });
  }

  /** It is stored. */
  async function pass(job: Job): Promise<void> {
    const { id: requestId, guestId, guestName, targets: mounts, options } = job;
    if (trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint: options.mayTaint === true })) awaitAnswer(job);
    // It left while the job was being stored.
    else await jobs.refuse({ requestId, guestId, problem: justLeft(guestName) });
  }

  async function askSome(wishes: readonly TrimWish[]): Promise<readonly Asked[]> {
    const some = wishes.map((wish) => toJob(deps, wish));
    const refused = await jobs.beginAll(some);
    return Promise.all(
      some.map(async (job): Promise<Asked> => {
        if (refused.has(job.id)) return { kind: 'failed', reason: refused.get(job.id) };
        return pass(job).then(
          () => ({ kind: 'asked', requestId: job.id }),
          (reason: unknown) => ({ kind: 'failed', reason }),
        );
      }),
    );
  }

  return {
    awaitAnswer,
    async ask(wish: TrimWish): Promise<RequestId> {
      const job = toJob(deps, wish);
      await jobs.begin(job);
      await pass(job);
      return job.id;
    },

    /** As `ask`, of each; in their order. Where the store fails, those that are left are not tried. */
    async askAll(wishes: readonly TrimWish[]): Promise<readonly Asked[]> {
      const asked: Asked[] = [];
      while (asked.length < wishes.length) {
        try {
          asked.push(...(await askSome(wishes.slice(asked.length, asked.length + ASKED_AT_ONCE))));
        } catch (reason) {
          return [...asked, ...wishes.slice(asked.length).map(() => ({ kind: 'failed', reason }) as const)];
        }
      }
      return asked;
    },
  };
}

function toJob(
  { clock, newRequestId }: Pick<AskGuestsDeps, 'clock' | 'newRequestId'>,
  { guest, mounts, askedBy }: TrimWish,
): Job {
  return {
    id: newRequestId(),
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
}
