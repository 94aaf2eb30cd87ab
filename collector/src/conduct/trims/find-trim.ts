import type { RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../model/guest-id.ts';
import type { Jobs } from './jobs/jobs.ts';
import { type LiveTrim, type LiveTrims, newTrim } from './live-trims.ts';

/** The machine of the trim that a message is about: the one under way, or a new one of which nothing has been heard. */
export function createTrimFinder({ jobs, live }: { readonly jobs: Pick<Jobs, 'tie'>; readonly live: LiveTrims }) {
  /** Tied to the request that it answers, and to the trim that it cures. */
  function unseen(about: { guestId: GuestId; trimId: TrimId; requestId: RequestId | null }): LiveTrim {
    const { guestId, trimId, requestId } = about;
    if (requestId !== null) jobs.tie({ requestId, trimId, guestId });
    const cures = live.findCured(about)?.trimId ?? null;
    return newTrim({ guestId, trimId, state: { kind: 'unseen', trimId, cures } });
  }

  function find({ guestId, trimId }: { guestId: GuestId; trimId: TrimId }): LiveTrim {
    return live.find({ guestId, trimId }) ?? unseen({ guestId, trimId, requestId: null });
  }

  return { find, unseen };
}
