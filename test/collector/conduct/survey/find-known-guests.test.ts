import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findGuests } from '../../../../collector/src/conduct/survey/find-guest.ts';
import { findKnownGuests } from '../../../../collector/src/conduct/survey/find-known-guests.ts';
import { type Knowledge, listKnownGuests } from '../../../../collector/src/conduct/survey/known-guests.ts';
import { swapUuid } from '../../../../collector/src/correlate/match-domain.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aDomain, anIdentity } from '../../correlate/examples.ts';
import { aConnected, aRecord } from '../known-host.ts';

// A word leads to the same guests as if all that is known had been read.

const uuidOf = (n: number) => `${String(n).repeat(8)}-1234-4567-8999-${String(n).repeat(12)}`;
const FEW = [1, 2, 3] as const;
const NAMES = ['web', 'db', 'web~2'] as const;
const BOOTS = ['boot-1', 'boot-2'] as const;
const IDS = ['guest-1', 'guest-2', 'guest-3'] as const;

const uuid = fc.constantFrom(...FEW.map(uuidOf), ...FEW.map((n) => swapUuid(uuidOf(n))));
const domain = fc.record({
  uuid: fc.option(uuid),
  guestUuid: fc.option(uuid),
  name: fc.constantFrom(...NAMES),
  bootId: fc.option(fc.constantFrom(...BOOTS)),
  isRunning: fc.constantFrom(true, false, null),
});
const agent = fc.record({ productUuid: fc.option(uuid), bootId: fc.option(fc.constantFrom(...BOOTS)) });
const guest = fc.record({
  name: fc.constantFrom(...NAMES, uuidOf(1)),
  shown: fc.array(uuid, { maxLength: 2 }),
  proven: fc.array(uuid, { maxLength: 1 }),
  agent: fc.option(agent),
});
const world = fc.record({
  domains: fc.array(domain, { maxLength: 4 }),
  guests: fc.array(guest, { maxLength: IDS.length }),
  wanted: fc.oneof(uuid, fc.constantFrom(...NAMES, ...IDS)),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function toKnowledge({ domains, guests }: Pick<World, 'domains' | 'guests'>): Knowledge {
  const ids = IDS as readonly string[] as readonly GuestId[];
  const idOf = (index: number) => ids[index] ?? ('none' as GuestId);
  return {
    host: {
      domains: domains.map((one, index) => aDomain({ key: `domain-${index}`, ...one })),
      sources: [],
      offSince: new Map(domains.map((_, index) => [`domain-${index}`, 1])),
    },
    records: guests.map(({ name, shown, proven }, index) =>
      aRecord({
        id: idOf(index),
        name,
        identities: [
          ...proven.map((value) => ({ kind: 'domain' as const, value })),
          ...shown.map((value) => ({ kind: 'product-uuid' as const, value })),
        ],
      }),
    ),
    connected: guests.flatMap(({ name, agent: link }, index) =>
      link === null ? [] : [aConnected({ id: idOf(index), name, identity: anIdentity(link) })],
    ),
  };
}

const isSaying = ({ identity: { productUuid, bootId } }: ConnectedGuest, words: readonly string[]) =>
  [productUuid, bootId].some((word) => word !== null && words.includes(word));

const toTold = (find: () => readonly unknown[]) => {
  try {
    return find();
  } catch (error) {
    return String(error);
  }
};

it('a word leads to the same guests as if all that is known had been read', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ wanted, ...known }) => {
      const knowledge = toKnowledge(known);
      const { records, connected } = knowledge;
      // As recognise has it: what a connected agent shows leads to its record.
      const found = await findKnownGuests(
        {
          survey: { read: async () => ({ takenAt: 0, findings: [], ...knowledge.host }) },
          links: {
            find: (id) => connected.find((guest) => guest.id === id) ?? null,
            saying: (words) => connected.filter((guest) => isSaying(guest, words)),
          },
          store: {
            findGuests: async (words) =>
              records.filter(({ id, name, identities }) =>
                [id, name, ...identities.map(({ value }) => value)].some((word) => words.includes(word)),
              ),
          },
        },
        wanted,
      ).catch(String);
      expect(found).toEqual(toTold(() => findGuests(listKnownGuests(knowledge), wanted)));
    }),
    { numRuns: 2_000 },
  );
});
