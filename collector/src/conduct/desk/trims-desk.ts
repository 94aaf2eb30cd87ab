import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { TrimsDesk } from '../../ports/desk/trims.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { ambiguous, noAgent, unknownMount } from '../survey/guest-faults.ts';
import type { Trims } from '../trims/trims.ts';
import { findKnown, type KnownGuestsDeps } from './find-known.ts';

export interface TrimsDeskDeps extends KnownGuestsDeps {
  readonly store: Pick<TrimsStore, 'history' | 'findTrim'> & KnownGuestsDeps['store'];
  readonly trims: Pick<Trims, 'ask' | 'cancel' | 'watch'>;
  readonly links: Pick<GuestLinks, 'guests'>;
}

/** The trims that are over, and those that somebody asks for. */
export function createTrimsDesk(deps: TrimsDeskDeps): TrimsDesk {
  const { store, trims, links } = deps;

  async function findConnected(wanted: string): Promise<ConnectedGuest> {
    const connected = links.guests().filter(({ id, name }) => id === wanted || name === wanted);
    const [only] = connected;
    if (only !== undefined && connected.length === 1) return only;
    if (only !== undefined) throw ambiguous(wanted, connected);
    await findKnown(deps, wanted);
    throw noAgent(wanted);
  }

  return {
    async history(query) {
      if (query.guest === null) return store.history(query);
      const [name = query.guest] = await findKnown(deps, query.guest);
      return store.history({ ...query, guest: name });
    },
    findTrim: (id) => store.findTrim(id),
    async requestTrim(request, askedBy = 'socket') {
      const guest = await findConnected(request.guest);
      const mounts = request.mounts?.map((mount) => resolveMount(guest, mount)) ?? null;
      return { requestId: await trims.ask({ guest, mounts, askedBy }) };
    },
    watch: (query) => trims.watch(query),
    cancel: (requestId) => trims.cancel(requestId),
  };
}

/** Any mount point of a filesystem stands for it; the agent knows it by the one that speaks for it. */
function resolveMount(guest: ConnectedGuest, mount: string): string {
  const found = guest.inventory?.filesystems.find(
    (filesystem) => filesystem.mount === mount || filesystem.alsoMountedAt.includes(mount),
  );
  if (found === undefined) throw unknownMount(guest, mount);
  return found.mount;
}
