import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import { ambiguous, guestOff, noAgent, revokedGuest, tellWithoutQemuGa, unknownGuest } from './guest-faults.ts';
import type { KnownGuest } from './known-guests.ts';

/**
 * The guests that a word of a person means: by an id (of our own, its product UUID or machine-id, its domain's UUID),
 * else by name, else by the name of its domain. An id goes before a name, for a guest can call itself by the id of
 * another. They are several where the hypervisor has two domains of one UUID, or two without an agent of one name.
 * Throws `unknown-guest`.
 */
export function findGuests(guests: readonly KnownGuest[], wanted: string): readonly KnownGuest[] {
  return createGuestFinder(guests)(wanted);
}

/** As `findGuests`, for many words: the guests are gone through once. */
export function createGuestFinder(guests: readonly KnownGuest[]): (wanted: string) => readonly KnownGuest[] {
  const places = WORDS.map((wordsOf) => {
    const place = new Map<string, KnownGuest[]>();
    for (const guest of guests)
      for (const word of new Set(wordsOf(guest))) {
        const found = place.get(word);
        if (found === undefined) place.set(word, [guest]);
        else found.push(guest);
      }
    return place;
  });
  return (wanted) => {
    for (const place of places) {
      const found = place.get(wanted);
      if (found !== undefined) return found;
    }
    throw unknownGuest(wanted);
  };
}

/** The connected guest that a word means. Throws `unknown-guest`, `guest-off`, `no-agent`, `ambiguous-guest`. */
export function findAgent({
  guests,
  wanted,
  startAgent,
  revoked = new Set(),
}: {
  guests: readonly KnownGuest[];
  wanted: string;
  /** Those that a person keeps out. */
  revoked?: ReadonlySet<GuestId>;
  /** See guest-faults.ts. */
  startAgent: string;
}): ConnectedGuest {
  const meant = findGuests(guests, wanted);
  const off = meant.filter(({ state }) => state === 'off');
  const told = off.find(({ connected }) => connected !== null) ?? off[0];
  if (told !== undefined && off.length === meant.length) throw guestOff(told);
  const connected = meant.flatMap((guest) => (guest.state === 'off' ? [] : (guest.connected ?? [])));
  const [only] = connected;
  if (only === undefined) {
    const wasHere = meant.some(({ record }) => record !== null && record.agentVersion !== null);
    const [first] = meant;
    const keptOut = meant.find(({ record }) => record !== null && revoked.has(record.id));
    if (keptOut !== undefined) throw revokedGuest({ wanted, name: keptOut.name });
    throw noAgent({ wanted, wasHere, startAgent, qemuGa: first === undefined ? null : tellWithoutQemuGa(first) });
  }
  if (connected.length > 1) throw ambiguous(wanted, connected);
  return only;
}

/** What a guest is called by, in the order in which it counts. */
const WORDS: readonly ((guest: KnownGuest) => readonly string[])[] = [
  ({ record, domain }) => [
    ...(record === null ? [] : [record.id, ...shownBy(record)]),
    ...(domain === null || domain.uuid === null ? [] : [domain.uuid]),
  ],
  ({ name }) => [name],
  // The hypervisor may have renamed a domain since its agent last said hello.
  ({ domain }) => (domain === null ? [] : [domain.name]),
];

const shownBy = ({ identities }: NonNullable<KnownGuest['record']>) =>
  identities.filter(({ kind }) => kind !== 'hostname').map(({ value }) => value);
