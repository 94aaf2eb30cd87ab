import type { RequestId } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { Job, JobOptions } from '../../model/job.ts';
import type { Visits } from '../../model/visits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { type AwaitAnswerDeps, createAwaitAnswer } from './await-answer.ts';
import { justLeft } from './jobs/job-faults.ts';
import type { Jobs } from './jobs/jobs.ts';
import { VISIT_PATIENCE_MS } from './visit-requests.ts';

export interface AskGuestsDeps extends AwaitAnswerDeps {
  readonly clock: Clock;
  readonly jobs: Jobs;
  waitForVisit(job: Job): void;
  readonly trimmer: Trimmer;
  newRequestId(): RequestId;
}

export interface TrimWish {
  readonly guest: Pick<ConnectedGuest, 'id' | 'name' | 'byQemuGa'>;
  /** It is not there, and is asked when it comes; absent where it is there. */
  readonly atVisit?: Visits;
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
  const { jobs, trimmer, waitForVisit } = deps;
  const awaitAnswer = createAwaitAnswer(deps);

  /** It is stored. */
  async function pass(job: Job): Promise<void> {
    const { id: requestId, guestId, guestName, targets: mounts, options } = job;
    const isVisited = options.atVisit !== undefined;
    // Also where it has just come: it may leave without a word, and is asked again when it comes.
    if (isVisited) waitForVisit(job);
    if (trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint: options.mayTaint === true })) awaitAnswer(job);
    // It left while the job was being stored.
    else if (!isVisited) await jobs.refuse({ requestId, guestId, problem: justLeft(guestName) });
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

function toJob({ clock, newRequestId }: Pick<AskGuestsDeps, 'clock' | 'newRequestId'>, wish: TrimWish): Job {
  const { guest, atVisit, mounts, askedBy } = wish;
  const askedAt = clock.now();
  const deadline = atVisit === undefined ? null : Math.max(askedAt, atVisit.nextVisitAt ?? askedAt) + VISIT_PATIENCE_MS;
  return {
    id: newRequestId(),
    kind: 'trim',
    guestId: guest.id,
    guestName: guest.name,
    targets: mounts,
    options: toOptions(wish),
    askedBy,
    askedAt,
    deadline,
    priority: 0,
    cancelledAt: null,
  };
}

function toOptions({ guest: { byQemuGa }, atVisit }: Pick<TrimWish, 'guest' | 'atVisit'>): JobOptions {
  if (atVisit !== undefined) return { atVisit };
  return byQemuGa === undefined ? {} : { isByQemuGa: true, mayTaint: byQemuGa.mayTaint };
}
