import { Fault } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { TrimsDesk } from '../../ports/desk/trims.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { findAgent, findGuests } from '../survey/find-guest.ts';
import { unknownMount } from '../survey/guest-faults.ts';
import { type KnownGuestsDeps, readKnownGuests } from '../survey/known-guests.ts';
import type { Survey } from '../survey/survey.ts';
import type { Trims } from '../trims/trims.ts';

export interface TrimsDeskDeps extends KnownGuestsDeps {
  readonly survey: Pick<Survey, 'read' | 'readNow'>;
  readonly store: Pick<TrimsStore, 'history' | 'findTrim'> & KnownGuestsDeps['store'];
  readonly trims: Pick<Trims, 'ask' | 'cancel' | 'watch'>;
}

/** The trims that are over, and those that somebody asks for. */
export function createTrimsDesk(deps: TrimsDeskDeps): TrimsDesk {
  const { store, trims } = deps;

  return {
    async history({ guest, limit }) {
      if (guest === null) return store.history({ guestId: null, limit });
      const [record] = findGuests(await readKnownGuests(deps), guest).flatMap((known) => known.record ?? []);
      // A guest from which no agent ever connected has no history.
      return record === undefined ? [] : store.history({ guestId: record.id, limit });
    },
    findTrim: (id) => store.findTrim({ guestId: null, id }),
    async requestTrim(request, askedBy = 'socket') {
      const guest = await findAgentNow(deps, request.guest);
      const mounts = request.mounts?.map((mount) => resolveMount(guest, mount)) ?? null;
      return { requestId: await trims.ask({ guest, mounts, askedBy }) };
    },
    watch: (query) => trims.watch(query),
    cancel: (requestId) => trims.cancel(requestId),
  };
}

/** Nobody is refused as off by what was true two seconds ago. Throws as `findAgent`. */
async function findAgentNow({ links, store, survey }: TrimsDeskDeps, wanted: string): Promise<ConnectedGuest> {
  try {
    return findAgent(await readKnownGuests({ links, store, survey }), wanted);
  } catch (error) {
    if (!(error instanceof Fault) || error.detail.code !== 'guest-off') throw error;
    return findAgent(await readKnownGuests({ links, store, survey: { read: survey.readNow } }), wanted);
  }
}

/** Any mount point of a filesystem stands for it; the agent knows it by the one that speaks for it. */
function resolveMount(guest: ConnectedGuest, mount: string): string {
  const found = guest.inventory?.filesystems.find(
    (filesystem) => filesystem.mount === mount || filesystem.alsoMountedAt.includes(mount),
  );
  if (found === undefined) throw unknownMount(guest, mount);
  return found.mount;
}
