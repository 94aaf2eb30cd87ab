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
