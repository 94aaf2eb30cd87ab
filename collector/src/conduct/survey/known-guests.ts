import { createDomainMatcher } from '../../correlate/match-domain.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Domain, HostView } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { QemuGaFound } from '../../model/guest-inside.ts';
import type { GuestState } from '../../model/status.ts';
import type { GuestRecord, GuestsStore } from '../../ports/store/guests.ts';
import { toGuestState } from './guest-state.ts';
import type { Found } from './qemu-ga-guests.ts';
import type { Survey } from './survey.ts';

/** A guest as far as anybody knows it: the hypervisor, an agent that is connected, or the store. */
export interface KnownGuest {
  readonly name: string;
  /** Null for one from which no agent has ever connected. */
  readonly record: GuestRecord | null;
  readonly connected: ConnectedGuest | null;
  /** Null where none is proven, and of a guest that is away also where none has a UUID that it showed. */
  readonly domain: Domain | null;
  /** What its qemu-ga said when it was last asked; null while an agent of ours is connected, and where nobody asked. */
  readonly qemuGa: QemuGaFound | null;
  readonly state: GuestState;
}

export interface KnownGuestsDeps {
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly survey: Pick<Survey, 'read'>;
}

export async function readKnownGuests(
  { links, store, survey }: KnownGuestsDeps,
  ask: (domains: readonly Domain[]) => Promise<Found> = async () => new Map(),
): Promise<readonly KnownGuest[]> {
  const host = await survey.read();
  // Only now: with a reading of the host, its guests get the names that they have there.
  const records = await store.guests();
  const found = await ask(withoutAgent({ host, connected: links.guests() }));
  // Last: one that came while the host was read is not called away.
  return listKnownGuests({ host, records, connected: links.guests(), found });
}

/** The domains in which no agent of ours is connected. */
export function withoutAgent({ host, connected }: Pick<Knowledge, 'host' | 'connected'>): readonly Domain[] {
  const match = createDomainMatcher(host.domains);
  const spokenFor = new Set(connected.map((guest) => match(guest.identity, guest.contested).domain?.key));
  return host.domains.filter(({ key }) => !spokenFor.has(key));
}

export interface Knowledge {
  readonly host: Pick<HostView, 'domains' | 'sources' | 'offSince' | 'ignoredUsers'>;
  readonly records: readonly GuestRecord[];
  readonly connected: readonly ConnectedGuest[];
  readonly found?: Found;
}

/** The hypervisor's guests, the agents' and the remembered ones, each once. */
export function listKnownGuests({ host, records, connected, found = new Map() }: Knowledge): readonly KnownGuest[] {
  const { domains } = host;
  const foundIn = (domain: Domain | null) => (domain === null ? null : (found.get(domain.key) ?? null));
  const linksById = new Map<GuestId, ConnectedGuest>(connected.map((guest) => [guest.id, guest]));
  const match = createDomainMatcher(domains);
  const domainsById = new Map(connected.map((guest) => [guest.id, match(guest.identity, guest.contested).domain]));
  const spokenFor = new Set([...domainsById.values()].map((domain) => domain?.key));
  // What an agent that is here proves to be its own is nobody else's.
  const findShown = createShownDomains(domains.filter(({ key }) => !spokenFor.has(key)));
  const withAgent = records.map((record): KnownGuest => {
    const link = linksById.get(record.id) ?? null;
    const domain = link === null ? findShown(record) : (domainsById.get(link.id) ?? null);
    const qemuGa = link === null ? foundIn(domain) : null;
    const state = toGuestState({ record, lastHeardAt: link?.lastHeardAt ?? null, qemuGa, domain, host });
    return { name: record.name, record, connected: link, domain, qemuGa, state };
  });
  const claimed = new Set(withAgent.map(({ domain }) => domain?.key ?? null));
  const without = domains
    .filter(({ key }) => !claimed.has(key))
    .map((domain): KnownGuest => {
      const qemuGa = foundIn(domain);
      const state = toGuestState({ record: null, lastHeardAt: null, qemuGa, domain, host });
      return { name: domain.name, record: null, connected: null, domain, qemuGa, state };
    });
  return [...withAgent, ...without];
}

/**
 * The domain of a guest that is away, by the UUIDs that it showed when it was there: the first of these domains. They
 * are gone through once for all guests.
 */
function createShownDomains(domains: readonly Domain[]): (record: GuestRecord) => Domain | null {
  const byOwn = toPlaces(domains, ({ uuid }) => uuid);
  const byShown = toPlaces(domains, ({ guestUuid, uuid }) => guestUuid ?? uuid);
  const firstOf = (places: ReadonlyMap<string, number>, uuids: readonly string[]) => {
    const found = uuids.flatMap((uuid) => places.get(uuid) ?? []);
    return found.length === 0 ? null : (domains[Math.min(...found)] ?? null);
  };
  return ({ identities }) => {
    const uuidsOf = (wanted: string) => identities.filter(({ kind }) => kind === wanted).map(({ value }) => value);
    return firstOf(byOwn, uuidsOf('domain')) ?? firstOf(byShown, uuidsOf('product-uuid'));
  };
}

/** Where the first domain of each UUID stands. */
function toPlaces(domains: readonly Domain[], uuidOf: (domain: Domain) => string | null): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, domain] of domains.entries()) {
    const uuid = uuidOf(domain);
    if (uuid !== null && !places.has(uuid)) places.set(uuid, place);
  }
  return places;
}
