import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { createTrimFinder } from './find-trim.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { LiveTrims } from './live-trims.ts';
import type { RunTrim } from './run-trim.ts';

/** There will be no report. */
export function createRefusals({
  jobs,
  live,
  run,
  find,
}: {
  readonly jobs: Jobs;
  readonly live: LiveTrims;
  readonly run: RunTrim;
  readonly find: ReturnType<typeof createTrimFinder>['find'];
}) {
  return {
    /** The guest says no to a request, or cannot go on with a trim. */
    async refused(guest: ConnectedGuest, about: TrimId | RequestId, problem: Problem): Promise<void> {
      const requestId = about as RequestId;
      const cured = live.findCured({ guestId: guest.id, requestId, trimId: null });
      if (cured !== null) return run(cured, { kind: 'cure-ended', result: null });
      await run(find({ guestId: guest.id, trimId: about as TrimId }), { kind: 'gave-up', problem });
      await jobs.refuse({ requestId, guestId: guest.id, problem });
    },
    /** Whoever was to carry out a trim that was granted has done nothing of it, and will not. */
    untrimmed(guest: ConnectedGuest, trimId: TrimId, problem: Problem): Promise<void> {
      return run(find({ guestId: guest.id, trimId }), { kind: 'untrimmed', problem });
    },
  };
}
