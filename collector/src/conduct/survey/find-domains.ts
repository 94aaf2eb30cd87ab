import type { Domain } from '../../model/domain.ts';

type Places = ReadonlyMap<string, readonly number[]>;

/** Of a reading of the host, which serves all who ask within two seconds: a thousand may be asked to trim in one. */
const placesOf = new WeakMap<readonly Domain[], Places>();

/** The domains of which one of these words is the name, a UUID or the id of the boot, in the order of the host. */
export function findDomains(domains: readonly Domain[], words: Iterable<string>): readonly Domain[] {
  const places = placesOf.get(domains) ?? toPlaces(domains);
  placesOf.set(domains, places);
  const found = new Set([...words].flatMap((word) => places.get(word) ?? []));
  return [...found].sort((one, other) => one - other).flatMap((place) => domains[place] ?? []);
}

function toPlaces(domains: readonly Domain[]): Places {
  const places = new Map<string, number[]>();
  for (const [place, { name, uuid, guestUuid, bootId }] of domains.entries())
    for (const word of new Set([name, uuid, guestUuid, bootId])) {
      if (word === null) continue;
      const same = places.get(word);
      if (same === undefined) places.set(word, [place]);
      else same.push(place);
    }
  return places;
}
