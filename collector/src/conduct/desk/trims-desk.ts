import type { RequestId } from '@trimtab/protocol';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TrimsDesk } from '../../ports/desk/trims.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { ANSWER_TIMEOUT_MS, ambiguous, noAgent, noAnswer, unknownMount } from '../survey/guest-faults.ts';
import type { Requests } from '../trims/requests.ts';
import { findKnown, type KnownGuestsDeps } from './find-known.ts';

export interface TrimsDeskDeps extends KnownGuestsDeps {
  readonly clock: Clock;
  readonly store: Pick<TrimsStore, 'history' | 'findTrim'> & KnownGuestsDeps['store'];
  readonly requests: Requests;
  readonly links: Pick<GuestLinks, 'guests' | 'send'>;
  newId(): RequestId;
}

/** The trims that are over, and those that somebody asks for. */
export function createTrimsDesk(deps: TrimsDeskDeps): TrimsDesk {
  const { clock, store, requests, links } = deps;

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
    async requestTrim(request) {
      const guest = await findConnected(request.guest);
      const mounts = request.mounts?.map((mount) => resolveMount(guest, mount)) ?? null;
      const requestId = deps.newId();
      requests.begin(requestId, guest);
      links.send(guest.id, { type: 'request', requestId, mounts, cures: null });
      clock.after(ANSWER_TIMEOUT_MS, () => {
        if (!requests.isAnswered(requestId)) requests.refuse(requestId, guest.id, noAnswer(guest));
      });
      return { requestId };
    },
    watch: (query) => requests.watch(query),
    async cancel(requestId) {
      const { guestId, trimId } = requests.cancel(requestId);
      if (trimId !== null) links.send(guestId, { type: 'cancel', trimId, reason: 'cancelled from the host' });
    },
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
