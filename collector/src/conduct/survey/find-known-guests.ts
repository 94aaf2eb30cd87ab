import { createDomainMatcher } from '../../correlate/match-domain.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
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
  const match = createDomainMatcher(host.domains);
  // Of a domain that is meant, the guest is found by what it showed, or by the agent that is proven to run in it.
  const speaking = links
    .guests()
    .filter(({ identity, contested }) => isOneOf(meant, match(identity, contested).domain));
  const uuids = meant.flatMap(({ uuid, guestUuid }) => [uuid, guestUuid]).filter((uuid) => uuid !== null);
  const records = await store.findGuests([wanted, ...uuids, ...speaking.map(({ id }) => id)]);
  return findGuests(listKnownGuests({ host, records, connected: links.guests() }), wanted);
}

function isOneOf(domains: readonly Domain[], domain: Domain | null): boolean {
  return domain !== null && domains.includes(domain);
}
