import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { watchStore } from '../../../../collector/src/conduct/survey/store-health.ts';
import type { GuestRecord } from '../../../../collector/src/ports/store/guests.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const MINUTE = 60_000;
const WEB = { name: 'web' } as unknown as GuestRecord;

function open() {
  const clock = createTestClock();
  const state: { code: string | null } = { code: null };
  const answer = <Value>(value: Value) => {
    return async (): Promise<Value> => {
      if (state.code === null) return value;
      const detail = { operation: 'use the database', subject: 'db', cause: 'connection refused', hint: 'psql' };
      throw new Fault({ code: state.code, ...detail });
    };
  };
  const store = {
    guests: answer([WEB]),
    silences: answer([]),
    addSamples: answer(undefined),
    endedAlerts: answer([]),
    earlierTrims: answer([]),
    findTrim: answer(null),
  } as unknown as Store;
  return { clock, state, ...watchStore({ clock, store }) };
}

it('while a database is away guests are those of before, and since when and why is told', async () => {
  const { clock, state, store, lately, health } = open();
  expect(await lately.guests()).toEqual([WEB]);
  expect(health.findings()).toEqual([]);
  state.code = 'store-away';
  const since = new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ');
  expect(await lately.guests()).toEqual([WEB]);
  await expect(store.guests()).rejects.toThrow('connection refused');
  clock.advance(20 * MINUTE);
  await expect(store.addSamples([])).rejects.toThrow('connection refused');
  const sentence = expect.stringContaining(`cannot be used since ${since} UTC (connection refused)`);
  expect(health.findings()).toEqual([{ subject: 'db', sentence, hint: 'psql' }]);
  state.code = null;
  await lately.guests();
  // It is read again; what is sampled is stored with the next samples.
  expect(health.findings()).toMatchObject([{ sentence: expect.stringContaining('takes nothing') }]);
  await store.addSamples([]);
  expect(health.findings()).toEqual([]);
});

it('a database whose disk is full is told of, though it can be read', async () => {
  const { state, store, lately, health } = open();
  state.code = 'store-full';
  await expect(store.addSamples([])).rejects.toThrow('cannot use');
  state.code = null;
  await lately.guests();
  expect(health.findings()).toMatchObject([
    { subject: 'db', sentence: expect.stringContaining('takes nothing since') },
  ]);
});

it('rows that a database refuses are none of its troubles, and another error is told as it is', async () => {
  const { state, store, lately, health } = open();
  state.code = 'store-error';
  await expect(store.addSamples([])).rejects.toThrow('cannot use');
  expect(health.findings()).toEqual([]);
  await expect(lately.guests()).rejects.toThrow('cannot use');
});
