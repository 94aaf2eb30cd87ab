import { beforeEach, describe, expect, it } from 'vitest';
import { watchAlerts } from '../../../../collector/src/conduct/alerts/watch-alerts.ts';
import type { Notice } from '../../../../collector/src/model/alert.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aPool } from '../../alert/alert-facts.ts';
import { HOUR, MINUTE, useAlerts } from './alerts-under-test.ts';

const world = useAlerts();
const { pass, events, firing, posted, said } = world;

it('what fires is told once, listed and counted, and what ended is listed as that', async () => {
  await pass(15);
  expect(events()).toEqual(['start /srv']);
  expect(world.alerts.countFiring()).toBe(1);
  const [row] = await firing();
  expect(row).toMatchObject({
    rule: 'pool-full',
    severity: 'critical',
    subject: '/srv',
    host: 'host-1',
    endedAt: null,
  });
  expect(row?.startedAt).toBe(new Date(world.clock.now() - 4 * MINUTE).toISOString());
  expect(said).toEqual([expect.stringContaining('an alert: /srv is 97 % full')]);
  world.free = { '/srv': 50 };
  await pass(15);
  expect(events()).toEqual(['start /srv', 'end /srv']);
  const list = (all: boolean) => world.alerts.desk.alerts({ all });
  expect(await list(false)).toMatchObject({ firing: [], ended: [{ id: row?.id }] });
  world.clock.advance(8 * 24 * HOUR);
  expect(await list(false)).toMatchObject({ ended: [] });
  expect(await list(true)).toMatchObject({ ended: [{ id: row?.id }] });
});

it('what is about to fire is listed, and of what is well again how it is now and when that ends', async () => {
  const list = () => world.alerts.desk.alerts({ all: false });
  await pass(4);
  const sentence = expect.stringContaining('/srv is 97 % full');
  const about = { rule: 'pool-full', subject: '/srv', sentence, startsInMs: 7 * MINUTE };
  expect(await list()).toMatchObject({ firing: [], pending: [about] });
  await pass(8);
  expect(await list()).toMatchObject({ firing: [{ easing: null }], pending: [] });
  world.free = { '/srv': 50 };
  await pass(3);
  const easing = { sentence: expect.stringContaining('/srv is 50 % full'), endsInMs: 8 * MINUTE };
  expect(await list()).toMatchObject({ firing: [{ sentence, easing }], pending: [] });
});

it('over restarts it goes on, with one id and no second start', async () => {
  await pass(5);
  await world.alerts.end();
  await world.open();
  await pass(7);
  expect(events()).toEqual(['start /srv']);
  const [before] = await firing();
  await world.alerts.end();
  await world.open();
  expect(await firing()).toEqual([before]);
  await pass(24 * 60 + 2);
  expect(events()).toEqual(['start /srv', 'reminder /srv']);
});

it('the critical ones are listed first, then those that started first', async () => {
  const metadata = { sizeBytes: 100, usedBytes: 85 };
  const thin = aPool({ key: '/0', metadata });
  await world.open({ pools: () => [thin] });
  await pass(12);
  await world.open({ pools: () => [thin, aPool({ key: '/z', freePercent: 2 })] });
  await pass(12);
  await world.open({ pools: () => [thin, ...['/z', '/a'].map((key) => aPool({ key, freePercent: 2 }))] });
  await pass(12);
  const rows = await firing();
  expect(rows.map(({ subject, severity }) => `${subject} ${severity}`)).toEqual([
    '/z critical',
    '/a critical',
    '/0 warning',
  ]);
});

describe('to acknowledge', () => {
  it('ends the reminders, over a restart, until it is worse', async () => {
    await pass(12);
    const [row] = await firing();
    const id = row?.id.slice(0, 8) ?? '';
    const told = await world.alerts.desk.acknowledge({ id, by: 'alice', comment: null });
    const at = new Date(world.clock.now()).toISOString();
    expect(told.acknowledged).toEqual({ at, by: 'alice', comment: null });
    await world.open();
    await pass(25 * 60);
    expect(events()).toEqual(['start /srv']);
    world.free = { '/srv': 1 };
    await pass(1);
    expect(events()).toEqual(['start /srv', 'reminder /srv']);
    expect((await firing())[0]?.acknowledged).toBeNull();
  });

  it('asks for an alert that fires', async () => {
    const acknowledge = world.alerts.desk.acknowledge({ id: '00000000', by: null, comment: null });
    await expect(acknowledge).rejects.toMatchObject({ detail: { code: 'unknown-alert' } });
  });
});

describe('while the store takes no writes', () => {
  let isFull: boolean;
  beforeEach(() => {
    isFull = false;
  });
  const openFull = () => {
    const { store } = world;
    const saveAlerts: Store['saveAlerts'] = async (changes) => {
      if (isFull) throw new Error('no space left');
      return store.saveAlerts(changes);
    };
    return world.open({ store: { ...store, saveAlerts } });
  };

  it('people are told all the same, once, of the start and of the end, and it is stored once it can be', async () => {
    await openFull();
    await pass(5);
    isFull = true;
    await pass(10);
    expect(ids()).toEqual([expect.stringMatching(/:start$/)]);
    expect(world.alerts.countFiring()).toBe(1);
    expect(said.filter((message) => message.startsWith('an alert: /srv is 97 % full'))).toHaveLength(1);
    const [row] = await firing();
    world.free = { '/srv': 50 };
    await pass(15);
    expect(ids()).toEqual([`${row?.id}:start`, `${row?.id}:end`]);
    expect(await world.store.endedAlerts(10)).toEqual([]);
    isFull = false;
    await pass(1);
    expect(ids()).toEqual([`${row?.id}:start`, `${row?.id}:end`]);
    expect(await world.store.endedAlerts(10)).toMatchObject([{ id: row?.id }]);
    expect(await world.store.waitingNotices()).toEqual([]);
  });

  it('what was forgotten then is forgotten in the store later', async () => {
    await openFull();
    await pass(5);
    isFull = true;
    world.free = { '/srv': 50 };
    await pass(1);
    isFull = false;
    await pass(1);
    expect(await world.store.alertStates()).toEqual([]);
  });

  it('nobody can acknowledge what could not be stored; what could is stored with all that was not', async () => {
    await openFull();
    await pass(5);
    isFull = true;
    await pass(10);
    const [row] = await firing();
    const acknowledge = () => world.alerts.desk.acknowledge({ id: row?.id ?? '', by: 'alice', comment: null });
    await expect(acknowledge()).rejects.toThrow('no space left');
    expect(await firing()).toMatchObject([{ acknowledged: null }]);
    isFull = false;
    await acknowledge();
    expect(await world.store.waitingNotices()).toMatchObject([{ id: `${row?.id}:start` }]);
    expect(await world.store.alertStates()).toMatchObject([{ state: { acknowledged: { by: 'alice' } } }]);
    await pass(1);
    expect(await world.store.waitingNotices()).toEqual([]);
  });
});

describe('while nothing can be read from the store', () => {
  it('people are told, and the silences that were read last hold', async () => {
    let isAway = false;
    const { store } = world;
    const away = <Args extends unknown[], Value>(work: (...args: Args) => Promise<Value>) => {
      return async (...args: Args) => {
        if (isAway) throw new Error('the server is away');
        return work(...args);
      };
    };
    await world.open({
      store: {
        ...store,
        silences: away(store.silences),
        saveAlerts: away(store.saveAlerts),
        waitingNotices: away(store.waitingNotices),
      },
    });
    world.free = { '/srv': 3, '/home': 2 };
    await world.alerts.desk.silence({ pattern: '/home', forMs: HOUR, by: null, comment: null });
    await pass(1);
    isAway = true;
    await pass(15);
    expect(new Set(events())).toEqual(new Set(['start /srv']));
    expect(world.alerts.countFiring()).toBe(2);
  });
});

/** Under one id a notice is one, however often it is posted. */
const ids = () => [...new Set(posted.map(({ id }) => id))];

it('after its end nothing is asked or stored, and an end that cannot be stored is no failure', async () => {
  await pass(5);
  await world.alerts.end();
  await pass(30);
  expect(events()).toEqual([]);
  const saveAlerts = async () => {
    throw new Error('no space left');
  };
  await world.open({ store: { ...world.store, saveAlerts } });
  await world.alerts.end();
  expect(said.at(-1)).toContain('could not be stored');
});

it('what begins in one minute is posted together', async () => {
  const calls: number[] = [];
  const post = async (notices: readonly Notice[]) => void calls.push(notices.length);
  world.free = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`/srv/${n}`, 3]));
  await world.open({ post });
  await pass(12);
  expect(calls).toEqual([100]);
  expect(await world.store.waitingNotices()).toEqual([]);
});

it('a notice that cannot be posted is posted later, in its order', async () => {
  let isAway = true;
  const post = async (notices: readonly Notice[]) => {
    if (isAway) throw new Error('away');
    posted.push(...notices);
  };
  await world.open({ post });
  await pass(12);
  world.free = { '/srv': 50 };
  await pass(12);
  expect(said).toContain('notices of alerts are not known to be posted; it is tried again');
  isAway = false;
  await pass(1);
  expect(events()).toEqual(['start /srv', 'end /srv']);
});

it('the rules are asked each minute, and not while they are being asked', async () => {
  const clock = createTestClock();
  let asked = 0;
  let answer = () => {};
  const evaluate = () => {
    asked += 1;
    return new Promise<void>((resolve) => {
      answer = resolve;
    });
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const stop = watchAlerts({ clock, alerts: { evaluate } });
  clock.advance(10 * MINUTE);
  expect(asked).toBe(1);
  answer();
  await settled();
  clock.advance(MINUTE);
  expect(asked).toBe(2);
  stop();
  answer();
  await settled();
  expect(clock.armed()).toBe(0);
});
