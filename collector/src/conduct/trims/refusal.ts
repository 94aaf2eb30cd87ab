import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { createTrimFinder } from './find-trim.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { LiveTrims } from './live-trims.ts';
import type { RunTrim } from './run-trim.ts';

/** The guest says no to a request, or cannot go on with a trim. */
export function createRefusal({
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
  return async function refused(guest: ConnectedGuest, about: TrimId | RequestId, problem: Problem): Promise<void> {
    const requestId = about as RequestId;
    const cured = live.findCured({ guestId: guest.id, requestId, trimId: null });
    if (cured !== null) return run(cured, { kind: 'cure-ended', result: null });
    await run(find({ guestId: guest.id, trimId: about as TrimId }), { kind: 'gave-up', problem });
    await jobs.refuse({ requestId, guestId: guest.id, problem });
  };
}
