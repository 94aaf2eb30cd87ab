import { swapUuid } from '../../correlate/match-domain.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestRecord, GuestsStore } from '../../ports/store/guests.ts';
import { findGuests } from './find-guest.ts';
import { type KnownGuest, type KnownGuestsDeps, listKnownGuests } from './known-guests.ts';

export interface FindGuestDeps extends Pick<KnownGuestsDeps, 'links' | 'survey'> {
  readonly store: Pick<GuestsStore, 'findGuests'>;
}

/**
 * The guests that a word of a person means (find-guest.ts), without all others being read. Throws `unknown-guest`.
 */
export async function findKnownGuests(
  { links, store, survey }: FindGuestDeps,
  wanted: string,
): Promise<readonly KnownGuest[]> {
  const host = await survey.read();
  const meant = host.domains.filter(({ uuid, name }) => uuid === wanted || name === wanted);
  const mayBeMeant = createFilter(meant);
  const speaking = links.guests().filter(mayBeMeant);
  const uuids = meant.flatMap(({ uuid, guestUuid }) => [uuid, guestUuid]).filter((uuid) => uuid !== null);
  const records = await store.findGuests([wanted, ...uuids, ...speaking.map(({ id }) => id)]);
  const all = links.guests();
  const ids = new Set(records.map(({ id }) => id));
  const pick = (connected: readonly ConnectedGuest[]) => {
    const isShown = createShown({ records, connected });
    return host.domains.filter((domain) => meant.includes(domain) || isShown(domain));
  };
  // Whom the hypervisor has for one of these guests; who else speaks for that; and which domains those may be besides.
  const mayBeOne = createFilter(pick(all.filter(({ id }) => ids.has(id))));
  const connected = all.filter((guest) => ids.has(guest.id) || mayBeOne(guest));
  const { sources, offSince, ignoredUsers = [] } = host;
  return findGuests(
    listKnownGuests({ host: { domains: pick(connected), sources, offSince, ignoredUsers }, records, connected }),
    wanted,
  );
}

/** May an agent run in one of these domains? All that matter are among those it lets through, and few others. */
function createFilter(domains: readonly Domain[]): (guest: ConnectedGuest) => boolean {
  if (domains.length === 0) return () => false;
  const boots = new Set(domains.map(({ bootId }) => bootId));
  const uuids = new Set(domains.flatMap(({ uuid, guestUuid }) => toForms(guestUuid ?? uuid)));
  return ({ identity: { bootId, productUuid } }) =>
    (bootId !== null && boots.has(bootId)) || (productUuid !== null && uuids.has(productUuid));
}

/** May a domain be that of one of these guests? */
function createShown({
  records,
  connected,
}: {
  readonly records: readonly GuestRecord[];
  readonly connected: readonly ConnectedGuest[];
}): (domain: Domain) => boolean {
  const said = connected.flatMap(({ identity }) => toForms(identity.productUuid));
  const uuids = new Set([...records.flatMap(({ identities }) => identities.map(({ value }) => value)), ...said]);
  const boots = new Set(connected.map(({ identity }) => identity.bootId));
  return ({ uuid, guestUuid, bootId }) =>
    (uuid !== null && uuids.has(uuid)) ||
    (guestUuid !== null && uuids.has(guestUuid)) ||
    (bootId !== null && boots.has(bootId));
}

function toForms(uuid: string | null): readonly string[] {
  return uuid === null ? [] : [uuid, swapUuid(uuid)];
}
