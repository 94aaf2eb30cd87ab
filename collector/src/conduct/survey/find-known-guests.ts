import { swapUuid } from '../../correlate/match-domain.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestRecord, GuestsStore } from '../../ports/store/guests.ts';
import { findDomains } from './find-domains.ts';
import { findGuests } from './find-guest.ts';
import { type KnownGuest, type KnownGuestsDeps, listKnownGuests } from './known-guests.ts';
import type { Found } from './qemu-ga-guests.ts';

export interface FindGuestDeps extends Pick<KnownGuestsDeps, 'survey'> {
  readonly links: Pick<GuestLinks, 'find' | 'saying'>;
  readonly store: Pick<GuestsStore, 'findGuests'>;
}

/**
 * The guests that a word of a person means (find-guest.ts), without all others being read. Throws `unknown-guest`.
 */
export async function findKnownGuests(
  { links, store, survey }: FindGuestDeps,
  wanted: string,
  /** What their qemu-ga says, of those in which no agent of ours is connected. */
  ask: (domains: readonly Domain[]) => Promise<Found> = async () => new Map(),
): Promise<readonly KnownGuest[]> {
  const { domains, sources, offSince, ignoredUsers = [] } = await survey.read();
  const meant = findDomains(domains, [wanted]);
  const speaking = links.saying(toWordsOfAgents(meant));
  const records = await store.findGuests([wanted, ...toUuids(meant), ...speaking.map(({ id }) => id)]);
  const own = records.flatMap(({ id }) => links.find(id) ?? []);
  // Whom the hypervisor has for one of these guests; who else speaks for that; and which domains those may be besides.
  const shown = [wanted, ...records.flatMap(toValues)];
  const others = links.saying(toWordsOfAgents(findDomains(domains, [...shown, ...toWordsOfDomains(own)])));
  const connected = [...new Map([...own, ...others].map((guest) => [guest.id, guest])).values()];
  const mayBe = findDomains(domains, [...shown, ...toWordsOfDomains(connected)]);
  const host = { domains: mayBe, sources, offSince, ignoredUsers };
  const known = findGuests(listKnownGuests({ host, records, connected }), wanted);
  const alone = known.flatMap((guest) => (guest.connected === null ? (guest.domain ?? []) : []));
  if (alone.length === 0) return known;
  return findGuests(listKnownGuests({ host, records, connected, found: await ask(alone) }), wanted);
}

const toUuids = (domains: readonly Domain[]) =>
  domains.flatMap(({ uuid, guestUuid }) => [uuid, guestUuid]).filter((uuid) => uuid !== null);

const toValues = ({ identities }: GuestRecord) => identities.map(({ value }) => value);

/** What an agent says that may run in one of these domains: all that matter say so, and few others. */
function toWordsOfAgents(domains: readonly Domain[]): readonly string[] {
  return [...toUuids(domains).flatMap(toForms), ...domains.flatMap(({ bootId }) => bootId ?? [])];
}

/** What the hypervisor has of a domain that one of these guests may be. */
function toWordsOfDomains(connected: readonly ConnectedGuest[]): readonly string[] {
  return connected.flatMap(({ identity: { productUuid, bootId } }) => [
    ...(productUuid === null ? [] : toForms(productUuid)),
    ...(bootId === null ? [] : [bootId]),
  ]);
}

const toForms = (uuid: string) => [uuid, swapUuid(uuid)];
