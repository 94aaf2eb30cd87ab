import { describe, expect, it } from 'vitest';
import { openDoor } from './door-under-test.ts';

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

describe('connections that have begun to speak, and stand in line', () => {
  it('are none of those that say nothing, until their turn has come', () => {
    const { enter } = openDoor();
    const visits = ['a', 'a', 'a', 'b', 'b', 'b'].map(enter);
    for (const { place } of visits) place.linesUp();
    const silent = ['a', 'a', 'a'].map(enter);
    expect([...visits, ...silent].map(({ visitor }) => visitor.left)).toEqual(new Array(9).fill(null));
    // Who has held a place in silence gives it up for one that is heard.
    visits[0]?.place.comesUp();
    expect(silent.map(({ visitor }) => visitor.left !== null)).toEqual([true, false, false]);
    expect(visits.map(({ visitor }) => visitor.left)).toEqual(new Array(6).fill(null));
  });

  it('have the places that are left, and beyond those count as silent', () => {
    const { enter, greetMany } = openDoor({ connections: 4 });
    greetMany({ from: ['k', 'l'], as: 'known' });
    const visits = ['a', 'b', 'c', 'd'].map(enter);
    for (const { place } of visits) place.linesUp();
    for (const from of ['m', 'n', 'o', 'p', 'q']) enter(from);
    expect(visits.map(({ visitor }) => visitor.left !== null)).toEqual([false, false, true, false]);
  });

  it('and those of one address have as many as its guests', () => {
    const { enter } = openDoor({ connectionsPerAddress: 2 });
    const visits = ['a', 'a', 'a'].map(enter);
    for (const { place } of visits) place.linesUp();
    for (let count = 0; count < 3; count += 1) enter('a');
    expect(visits.map(({ visitor }) => visitor.left !== null)).toEqual([false, false, true]);
  });

  it('leave no place taken when they are gone, and go on when they are called', () => {
    const { enter } = openDoor({ connections: 2 });
    for (let count = 0; count < 10; count += 1) {
      const { place } = enter('a');
      place.linesUp();
      if (count % 2 === 0) place.comesUp();
      place.free();
    }
    const { place } = enter('a');
    place.linesUp();
    place.comesUp();
    expect(place.greets({ standing: 'known', uuid: null })).toBeNull();
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
