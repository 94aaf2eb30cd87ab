import { CLOSE_CODES, type FromGuest, LIST_LIMIT } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import type { Budgets } from '../../../collector/src/model/budgets.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { encode, openLinks, says } from './links-under-test.ts';

// What a guest is at the door, from its hello on: by what the host told last, and by each reading since.

const uuidOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const helloOf = (index: number): FromGuest => {
  const hello = says('hello');
  return { ...hello, guest: { ...hello.guest, productUuid: uuidOf(index), bootId: null } };
};
const toIndex = (uuid: string | null) => Number(uuid?.slice(-12));

/** Guests by their index; those in `known` the host tells of. */
function scene(budgets: Partial<Budgets>, hostRead: () => Promise<void> = async () => {}) {
  const known = new Set<number>();
  const recognised: number[] = [];
  /** What happens while the store finds out which guest it is. */
  const during = { recognise: async (_index: number): Promise<void> => {} };
  const isKnown = ({ productUuid }: { productUuid: string | null }) => known.has(toIndex(productUuid));
  const opened = openLinks({
    budgets,
    isKnown,
    recalls: async ({ hello }) => isKnown(hello.guest),
    hostRead,
    async recognise({ guest: { productUuid } }) {
      const index = toIndex(productUuid);
      recognised.push(index);
      await during.recognise(index);
      return { id: String(index) as GuestId, name: `guest-${index}`, renamed: [] };
    },
  });
  return {
    ...opened,
    known,
    recognised,
    during,
    weigh: () => opened.links.weigh(isKnown),
    async greet({ index, address }: { index: number; address: string }) {
      const guest = opened.connect({ address });
      await guest.send(encode(helloOf(index)));
      return guest;
    },
  };
}

describe('a guest that has said hello, while the host is being read for it', () => {
  const hanging = () => {
    const reading = Promise.withResolvers<void>();
    return { reading, hostRead: () => reading.promise };
  };

  it.each(['known before', 'not known before'])(
    '%s, is not displaced by connections that say nothing',
    async (before) => {
      const { reading, hostRead } = hanging();
      const { known, greet, connect } = scene({ halfOpen: 8, halfOpenPerAddress: 4 }, hostRead);
      if (before === 'known before') known.add(1);
      const guest = await greet({ index: 1, address: '192.0.2.1' });
      for (let count = 0; count < 50; count += 1) connect({ address: count % 2 === 0 ? '192.0.2.1' : '192.0.2.9' });
      known.add(1);
      reading.resolve();
      await guest.send(encode(says('inventory')));
      expect([guest.closed, guest.received.map(({ type }) => type)]).toEqual([null, ['welcome']]);
    },
  );

  it('and is not known, is one of few: those that hoard such places give them up', async () => {
    const { hostRead } = hanging();
    const { known, greet } = scene({ halfOpen: 4, halfOpenPerAddress: 3 }, hostRead);
    const hoards = [];
    for (let index = 1; index <= 4; index += 1) hoards.push(await greet({ index, address: '192.0.2.9' }));
    expect(hoards.map(({ closed }) => closed?.reason ?? null)).toEqual([
      null,
      null,
      null,
      'too many guests from here wait until it is known whose they are',
    ]);
    const others = [await greet({ index: 5, address: 'a' }), await greet({ index: 6, address: 'b' })];
    expect(others.map(({ closed }) => closed)).toEqual([null, null]);
    expect(hoards[2]?.closed?.code).toBe(CLOSE_CODES.tryLater);
    // One that the host told of needs none of these.
    known.add(7);
    expect((await greet({ index: 7, address: '192.0.2.9' })).closed).toBeNull();
  });
});

describe('a guest that is no guest of this host, once that was read', () => {
  it('is not looked for in the store, which keeps what it shows, before it has a place', async () => {
    const { greet, recognised } = scene({ strangers: 1 });
    const [one, other] = [await greet({ index: 1, address: 'a' }), await greet({ index: 2, address: 'b' })];
    expect([one.closed, other.closed?.reason]).toEqual([null, 'too many guests that this host does not know']);
    expect(recognised).toEqual([1]);
  });

  it('has the place of one also where the host told of it when it was looked for', async () => {
    const { known, greet, during } = scene({ strangers: 1 });
    known.add(2);
    expect((await greet({ index: 1, address: 'a' })).closed).toBeNull();
    during.recognise = async (index) => void known.delete(index);
    expect((await greet({ index: 2, address: 'b' })).closed?.reason).toBe(
      'too many guests that this host does not know',
    );
  });
});

describe('at each reading of the host', () => {
  it('a stranger that the host tells of now is no stranger: its place is another’s, and it yields to nobody', async () => {
    const { known, greet, weigh, clock } = scene({ connections: 2, strangers: 1, strangersPerAddress: 1 });
    const guest = await greet({ index: 1, address: 'a' });
    known.add(1);
    weigh();
    clock.advance(60_000);
    const stranger = await greet({ index: 2, address: 'a' });
    expect([guest.closed, stranger.closed]).toEqual([null, null]);
    known.add(3);
    expect((await greet({ index: 3, address: 'c' })).closed).toBeNull();
    expect([guest.closed, stranger.closed?.reason]).toEqual([null, 'its place went to a guest that this host knows']);
  });

  it('a guest of which the host tells no more is a stranger, with what it has, and only where there is a place', async () => {
    const { known, greet, weigh } = scene({ strangers: 1, strangersPerAddress: 1, strangerInventories: 100_000 });
    known.add(1).add(2);
    const guests = [await greet({ index: 1, address: 'a' }), await greet({ index: 2, address: 'a' })];
    for (const guest of guests) await guest.send(encode(says('inventory')));
    weigh();
    expect(guests.map(({ closed }) => closed)).toEqual([null, null]);
    known.clear();
    weigh();
    expect(guests.map(({ closed }) => closed?.reason ?? null)).toEqual([
      null,
      'too many guests from here that this host does not know',
    ]);
  });

  it('what a guest may say goes by what it is', async () => {
    const { known, greet, weigh } = scene({});
    const [guest, other] = [await greet({ index: 1, address: 'a' }), await greet({ index: 2, address: 'a' })];
    const { inventory } = says('inventory');
    const filesystems = Array.from({ length: 1_000 }, () => inventory.filesystems)
      .flat()
      .slice(0, LIST_LIMIT);
    const large = encode({ type: 'inventory', inventory: { ...inventory, filesystems } });
    // All bytes of the strangers of their address, long before its frames.
    for (let count = 0; other.closed === null && count < 100; count += 1) await other.send(large);
    expect(other.closed?.code).toBe(CLOSE_CODES.tooMany);
    known.add(1);
    weigh();
    for (let count = 0; count < 5; count += 1) await guest.send(large);
    expect(guest.closed).toBeNull();
  });
});

it('a known guest that comes back all the time is kept waiting, and neither others of its address nor itself from elsewhere', async () => {
  const { known, greet, clock } = scene({ connectionsPerAddress: 512 });
  known.add(1).add(2);
  const come = async (wanted: { index: number; address: string }) => {
    const guest = await greet(wanted);
    guest.hangUp();
    return guest.closed?.reason ?? null;
  };
  const turns = [];
  for (let count = 0; count < 40; count += 1) turns.push(await come({ index: 1, address: 'a' }));
  expect(turns.filter((reason) => reason === null)).toHaveLength(32);
  expect(turns.at(-1)).toBe('this guest has said hello too often in a minute');
  expect(await come({ index: 2, address: 'a' })).toBeNull();
  expect(await come({ index: 1, address: 'b' })).toBeNull();
  clock.advance(60_000);
  expect(await come({ index: 1, address: 'a' })).toBeNull();
});
