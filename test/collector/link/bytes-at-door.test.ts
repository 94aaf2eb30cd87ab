import { describe, expect, it } from 'vitest';
import { WAITING_BYTES } from '../../../collector/src/link/place-at-door.ts';
import { openDoor } from './door-under-test.ts';

// What a guest has the collector keep: its inventory, and messages that wait to be dealt with.

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

describe('a guest that becomes known, or a stranger', () => {
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

  it('is turned away where its inventory is too large for a stranger', () => {
    const { greet } = openDoor();
    const known = greet({ from: 'a', as: 'known' });
    expect(known.place.keeps(500)).toBeNull();
    expect(known.place.stands('stranger')).toBe(
      'the inventories of guests that this host does not know are too large together',
    );
  });
});
