import { describe, expect, it } from 'vitest';
import { toAddressBlock } from '../../../collector/src/link/address-block.ts';
import { createDoor } from '../../../collector/src/link/door.ts';
import { fitBudgets, KEPT_FOR_THE_HOST } from '../../../collector/src/link/fit-budgets.ts';
import { WAITING_BYTES } from '../../../collector/src/link/place-at-door.ts';
import type { Budgets } from '../../../collector/src/model/budgets.ts';
import type { Standing } from '../../../collector/src/ports/guest-door.ts';
import { createTestClock } from '../../support/test-clock.ts';

const BUDGETS: Budgets = {
  connections: 8,
  connectionsPerAddress: 8,
  halfOpen: 6,
  halfOpenPerAddress: 3,
  strangers: 4,
  strangersPerAddress: 2,
  inventories: 1_000,
  strangerInventories: 100,
};

function openDoor(budgets: Partial<Budgets> = {}) {
  const clock = createTestClock();
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const log = { info() {}, warn: (fields: Readonly<Record<string, unknown>>) => warnings.push(fields), error() {} };
  const door = createDoor({ budgets: { ...BUDGETS, ...budgets }, clock, log });
  function enter(address: string) {
    const visitor = { left: null as string | null };
    const leave = (reason: string) => {
      expect(visitor.left).toBeNull();
      visitor.left = reason;
    };
    return { place: door.enter({ address, leave }), visitor };
  }
  /** Why it was turned away; null when it was let in. */
  function greet({ from, as }: { from: string; as: Standing }) {
    const { place, visitor } = enter(from);
    // The host tells of it, or not, and has told so before.
    const why = place.greets({ standing: as, uuid: null }) ?? place.stands(as);
    if (why !== null) place.free();
    return { place, why, left: () => visitor.left };
  }
  const greetMany = ({ from, as }: { from: readonly string[]; as: Standing }) =>
    from.map((address) => greet({ from: address, as }));
  return { clock, warnings, enter, greet, greetMany, findings: door.findings };
}

describe('connections that say nothing', () => {
  it('make room for a newer one of their address', () => {
    const { enter } = openDoor();
    const visits = Array.from({ length: 4 }, () => enter('192.0.2.1'));
    expect(visits.map(({ visitor }) => visitor.left)).toEqual([
      'too many connections from here have said no hello',
      null,
      null,
      null,
    ]);
  });

  it('make room at the cost of the address that has most of them', () => {
    const { enter } = openDoor();
    const many = ['a', 'a', 'a', 'b', 'b', 'c'].map(enter);
    const late = enter('d');
    expect(many.map(({ visitor }) => visitor.left !== null)).toEqual([true, false, false, false, false, false]);
    expect(late.visitor.left).toBeNull();
  });

  it('however many come, keep out nobody who says hello at once', () => {
    const { enter, greet } = openDoor();
    for (let count = 0; count < 1_000; count += 1) enter(`10.0.${count % 50}.1`);
    expect(greet({ from: '192.0.2.1', as: 'known' })).toMatchObject({ why: null });
  });
});

describe('strangers', () => {
  it('of one address have their number, and a place that is left is another’s', () => {
    const { clock, greet, greetMany } = openDoor();
    const [one] = greetMany({ from: ['a', 'a'], as: 'stranger' });
    expect(greet({ from: 'a', as: 'stranger' }).why).toBe('too many guests from here that this host does not know');
    one?.place.free();
    clock.advance(60_000);
    expect(greet({ from: 'a', as: 'stranger' }).why).toBeNull();
  });

  it('are shared out among addresses: who has most of them gives one up', () => {
    const { greet, greetMany } = openDoor();
    const hoards = greetMany({ from: ['a', 'a', 'b', 'b'], as: 'stranger' });
    expect(greet({ from: 'c', as: 'stranger' }).why).toBeNull();
    expect(hoards.map(({ left }) => left() !== null)).toEqual([false, true, false, false]);
    expect(greet({ from: 'd', as: 'stranger' }).why).toBeNull();
    expect(hoards.map(({ left }) => left() !== null)).toEqual([false, true, false, true]);
    expect(greet({ from: 'e', as: 'stranger' }).why).toBe('too many guests that this host does not know');
  });

  it('that come and go find no new place before a minute has passed', () => {
    const { clock, greet } = openDoor();
    for (let count = 0; count < 2; count += 1) greet({ from: 'a', as: 'stranger' }).place.free();
    expect(greet({ from: 'a', as: 'stranger' }).why).toBe(
      'too many greetings of guests that this host does not know in a minute',
    );
    clock.advance(60_000);
    expect(greet({ from: 'a', as: 'stranger' }).why).toBeNull();
  });

  it('give their places up to guests that this host knows, and take none of theirs', () => {
    const { greet, greetMany } = openDoor();
    const strangers = greetMany({ from: ['a', 'a', 'b', 'b'], as: 'stranger' });
    const known = Array.from({ length: 8 }, (_, index) => greet({ from: `guest-${index}`, as: 'known' }));
    expect(known.map(({ why }) => why)).toEqual(Array.from({ length: 8 }, () => null));
    expect(strangers.map(({ left }) => left())).toEqual(
      Array.from({ length: 4 }, () => 'its place went to a guest that this host knows'),
    );
    expect(greet({ from: 'c', as: 'stranger' }).why).toBe('too many guests are connected');
    expect(greet({ from: 'd', as: 'known' }).why).toBe('too many guests are connected');
    expect(known.map(({ left }) => left())).toEqual(Array.from({ length: 8 }, () => null));
  });
});

describe('guests of which it is not known yet whose they are', () => {
  /** Has said hello as one that the host has not told of. */
  const greetUnknown = ({ enter }: ReturnType<typeof openDoor>, from: string) => {
    const { place, visitor } = enter(from);
    return { place, why: place.greets({ standing: 'stranger', uuid: null }), left: () => visitor.left };
  };

  it('are among all connections, and where these are taken only who has most of such places gives one up', () => {
    const door = openDoor({ connections: 3 });
    door.greet({ from: 'a', as: 'known' });
    const hoards = [greetUnknown(door, 'b'), greetUnknown(door, 'b')];
    expect(greetUnknown(door, 'c').why).toBeNull();
    expect(hoards.map(({ left }) => left())).toEqual([null, 'too many guests are connected']);
    expect(greetUnknown(door, 'd').why).toBe('too many guests are connected');
  });

  it('give their places up to guests that this host knows', () => {
    const door = openDoor({ connections: 2 });
    door.greet({ from: 'a', as: 'known' });
    const waiting = greetUnknown(door, 'b');
    expect(door.greet({ from: 'c', as: 'known' }).why).toBeNull();
    expect(waiting.left()).toBe('its place went to a guest that this host knows');
    expect(door.greet({ from: 'd', as: 'known' }).why).toBe('too many guests are connected');
  });
});

it('known guests of one address have their number', () => {
  const { clock, greet } = openDoor({ connectionsPerAddress: 1 });
  greet({ from: 'a', as: 'known' });
  clock.advance(60_000);
  expect(greet({ from: 'a', as: 'known' }).why).toBe('too many guests are connected from here');
  expect(greet({ from: 'b', as: 'known' }).why).toBeNull();
});

describe('a stranger that becomes known', () => {
  it('takes what waits of it along', () => {
    const { greet } = openDoor();
    const [one, other, known] = [
      greet({ from: 'a', as: 'stranger' }),
      greet({ from: 'b', as: 'stranger' }),
      greet({ from: 'c', as: 'known' }),
    ];
    expect(one.place.waits(WAITING_BYTES.stranger)).toBeNull();
    expect(one.place.stands('known')).toBeNull();
    expect(other.place.waits(WAITING_BYTES.stranger)).toBeNull();
    expect(known.place.waits(WAITING_BYTES.known - WAITING_BYTES.stranger)).toBeNull();
    expect(known.place.waits(1)).toBe('too many reports wait to be judged');
    one.place.done(WAITING_BYTES.stranger);
    expect(known.place.waits(1)).toBeNull();
  });

  it('takes its inventory along', () => {
    const { greet } = openDoor();
    const [one, other, large] = [
      greet({ from: 'a', as: 'stranger' }),
      greet({ from: 'b', as: 'stranger' }),
      greet({ from: 'c', as: 'known' }),
    ];
    expect([one.place.keeps(100), large.place.keeps(950)]).toEqual([null, null]);
    expect(one.place.stands('known')).toBeNull();
    expect(large.left()).toBe('the inventories of all guests are too large together');
    expect([other.place.keeps(100), one.left()]).toEqual([null, null]);
  });

  it('and the other way round is turned away where its inventory is too large for a stranger', () => {
    const { greet } = openDoor();
    const known = greet({ from: 'a', as: 'known' });
    expect(known.place.keeps(500)).toBeNull();
    expect(known.place.stands('stranger')).toBe(
      'the inventories of guests that this host does not know are too large together',
    );
  });
});

describe('inventories', () => {
  it('of strangers have their bytes together; the largest goes first', () => {
    const { greet } = openDoor();
    const [large, small] = [greet({ from: 'a', as: 'stranger' }), greet({ from: 'b', as: 'stranger' })];
    expect(large.place.keeps(90)).toBeNull();
    expect(small.place.keeps(20)).toBeNull();
    expect(large.left()).toBe('the inventories of guests that this host does not know are too large together');
    expect(small.place.keeps(101)).toBe(
      'the inventories of guests that this host does not know are too large together',
    );
  });

  it('of strangers take nothing from those of known guests', () => {
    const { greet } = openDoor();
    const [stranger, known] = [greet({ from: 'a', as: 'stranger' }), greet({ from: 'b', as: 'known' })];
    expect([stranger.place.keeps(100), known.place.keeps(1_000), known.place.keeps(900)]).toEqual([null, null, null]);
    expect([stranger.left(), known.left()]).toEqual([null, null]);
  });

  it('that are gone take nothing', () => {
    const { greet } = openDoor();
    const first = greet({ from: 'a', as: 'stranger' });
    first.place.keeps(100);
    first.place.free();
    expect(greet({ from: 'b', as: 'stranger' }).place.keeps(100)).toBeNull();
  });
});

describe('messages that wait to be dealt with', () => {
  it('have their bytes together, and count until they are done', () => {
    const { greet } = openDoor();
    const [one, other] = [greet({ from: 'a', as: 'stranger' }), greet({ from: 'b', as: 'stranger' })];
    expect(one.place.waits(WAITING_BYTES.stranger)).toBeNull();
    expect(other.place.waits(1)).toBe('too many reports wait to be judged');
    // Its session is over, and what it said is still being done.
    one.place.free();
    expect(other.place.waits(1)).toBe('too many reports wait to be judged');
    one.place.done(WAITING_BYTES.stranger);
    expect(other.place.waits(1)).toBeNull();
  });

  it('of strangers take nothing from those of known guests', () => {
    const { greet } = openDoor();
    const [stranger, known] = [greet({ from: 'a', as: 'stranger' }), greet({ from: 'b', as: 'known' })];
    expect([stranger.place.waits(WAITING_BYTES.stranger), known.place.waits(WAITING_BYTES.known)]).toEqual([
      null,
      null,
    ]);
  });
});

describe('the log', () => {
  it('tells of an address once a minute, with the setting', () => {
    const { clock, warnings, enter } = openDoor();
    for (let count = 0; count < 500; count += 1) enter('192.0.2.1');
    expect(warnings).toEqual([
      {
        address: '192.0.2.1',
        reason: 'too many connections from here have said no hello',
        setting: 'half-open-per-address',
      },
    ]);
    clock.advance(60_000);
    enter('192.0.2.1');
    expect(warnings).toHaveLength(2);
  });

  it('tells of a thousand addresses as of some hundred', () => {
    const { warnings, enter } = openDoor({ halfOpenPerAddress: 1 });
    for (let count = 0; count < 2_000; count += 1) enter(`10.0.${count % 250}.${Math.floor(count / 250)}`);
    for (let count = 0; count < 2_000; count += 1) enter(`10.1.${count % 250}.${Math.floor(count / 250)}`);
    expect(warnings.length).toBeGreaterThan(100);
    expect(warnings.length).toBeLessThan(300);
  });
});

describe('who was turned away', () => {
  it('is told of with how many, since when, from where, and what to do', () => {
    const { clock, enter, findings } = openDoor();
    expect(findings()).toEqual([]);
    for (let count = 0; count < 4; count += 1) enter('192.0.2.1');
    clock.advance(180_000);
    enter('192.0.2.1');
    clock.advance(5_000);
    expect(findings()).toEqual([
      {
        subject: 'agents',
        sentence:
          '2 connections were turned away in 3 min, the last 5 s ago, from 192.0.2.1. They were told: too many connections from here have said no hello.',
        hint: 'If these are your guests, give trimtab serve a higher --half-open-per-address. Else keep them from the agents’ port.',
      },
    ]);
  });

  it('is told of by reason, with some of the addresses, for ten minutes after the last', () => {
    const { clock, enter, findings, greetMany } = openDoor({ halfOpenPerAddress: 1, strangersPerAddress: 1 });
    for (let count = 0; count < 20; count += 1) enter(`192.0.2.${count % 5}`);
    greetMany({ from: ['a', 'a'], as: 'stranger' });
    expect(findings().map(({ sentence }) => /from (.*)\. They/.exec(sentence)?.[1])).toEqual([
      '192.0.2.0, 192.0.2.1, 192.0.2.2 and others',
      'a',
    ]);
    clock.advance(10 * 60_000);
    expect(findings()).toHaveLength(2);
    clock.advance(1);
    expect(findings()).toEqual([]);
  });
});

it('connections leave what the rest of the collector has open', () => {
  expect(fitBudgets({ budgets: BUDGETS, descriptors: null })).toEqual(BUDGETS);
  expect(fitBudgets({ budgets: BUDGETS, descriptors: 1_000_000 })).toEqual(BUDGETS);
  const large = { ...BUDGETS, connections: 5_000, halfOpen: 1_024 };
  const { connections, halfOpen } = fitBudgets({ budgets: large, descriptors: 1_024 });
  expect(connections + halfOpen).toBe(1_024 - KEPT_FOR_THE_HOST);
  expect(halfOpen).toBeLessThan(connections);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('%s draws on the budget of %s', (address, block) => expect(toAddressBlock(address)).toBe(block));
