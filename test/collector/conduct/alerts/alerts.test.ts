import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Alerts, createAlerts } from '../../../../collector/src/conduct/alerts/alerts.ts';
import { SILENCES_KEPT } from '../../../../collector/src/conduct/alerts/alerts-desk.ts';
import { watchAlerts } from '../../../../collector/src/conduct/alerts/watch-alerts.ts';
import type { Notice } from '../../../../collector/src/model/alert.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';
import { ALERT_SETTINGS, aPool, factsOf } from '../../alert/alert-facts.ts';
import { openTestStore } from '../../store/open-test-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let folder: string;
let store: Store;
let clock: TestClock;
let alerts: Alerts;
let posted: Notice[];
let said: string[];
/** Free of each pool, in percent. */
let free: Readonly<Record<string, number>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-alerts-'));
  store = await openTestStore(folder);
  clock = createTestClock();
  posted = [];
  said = [];
  free = { '/srv': 3, '/home': 50 };
  alerts = await open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function open(given: Store = store): Promise<Alerts> {
  const say = (_fields: object, message: string) => void said.push(message);
  return createAlerts({
    clock,
    log: { info: say, warn: say, error: say },
    store: given,
    notices: {
      async post(notice) {
        posted.push(notice);
      },
      test: async (to) => [{ name: to ?? 'all', outcome: 'delivered' }],
    },
    settings: ALERT_SETTINGS,
    host: 'host-1',
    newId: () => crypto.randomUUID(),
    readFacts: async () => ({
      facts: factsOf({ pools: Object.entries(free).map(([key, freePercent]) => aPool({ key, freePercent })) }),
      isGone: () => false,
    }),
  });
}

async function pass(minutes: number, given: Alerts = alerts): Promise<void> {
  for (let at = 0; at < minutes; at += 1) {
    clock.advance(MINUTE);
    await given.evaluate();
  }
}

const events = () => posted.map(({ event, alert }) => `${event} ${alert.subject}`);
const firing = async (given: Alerts = alerts) => (await given.desk.alerts({ all: false })).firing;

it('what fires is told once, listed and counted, and what ended is listed as that', async () => {
  await pass(15);
  expect(events()).toEqual(['start /srv']);
  expect(alerts.countFiring()).toBe(1);
  const [row] = await firing();
  expect(row).toMatchObject({
    rule: 'pool-full',
    severity: 'critical',
    subject: '/srv',
    host: 'host-1',
    endedAt: null,
  });
  expect(row?.startedAt).toBe(new Date(clock.now() - 4 * MINUTE).toISOString());
  expect(said).toEqual([expect.stringContaining('an alert: /srv is 97 % full')]);
  free = { '/srv': 50 };
  await pass(15);
  expect(events()).toEqual(['start /srv', 'end /srv']);
  expect(await alerts.desk.alerts({ all: false })).toMatchObject({ firing: [], ended: [{ id: row?.id }] });
  clock.advance(8 * 24 * HOUR);
  expect(await alerts.desk.alerts({ all: false })).toMatchObject({ ended: [] });
  expect(await alerts.desk.alerts({ all: true })).toMatchObject({ ended: [{ id: row?.id }] });
});

it('over restarts it goes on, with one id and no second start', async () => {
  await pass(5);
  await alerts.end();
  alerts = await open();
  await pass(7);
  expect(events()).toEqual(['start /srv']);
  const [before] = await firing();
  await alerts.end();
  alerts = await open();
  expect(await firing()).toEqual([before]);
  await pass(24 * 60 + 2);
  expect(events()).toEqual(['start /srv', 'reminder /srv']);
});

it('the critical ones are listed first', async () => {
  free = { '/a': 3, '/b': 3 };
  await pass(12);
  const metadata = { sizeBytes: 100, usedBytes: 85 };
  const other = await createAlerts({
    clock,
    log: { info() {}, warn() {}, error() {} },
    store,
    notices: { post: async () => {}, test: async () => [] },
    settings: ALERT_SETTINGS,
    host: 'host-1',
    newId: () => crypto.randomUUID(),
    readFacts: async () => ({
      facts: factsOf({ pools: [aPool({ key: '/0', metadata }), aPool({ key: '/z', freePercent: 2 })] }),
      isGone: () => false,
    }),
  });
  await pass(12, other);
  const rows = await firing(other);
  expect(rows.map(({ subject, severity }) => `${subject} ${severity}`)).toEqual([
    expect.stringMatching(/^\/[ab] critical/),
    expect.stringMatching(/^\/[ab] critical/),
    '/z critical',
    '/0 warning',
  ]);
});

describe('silences', () => {
  const silence = (pattern: string, forMs = HOUR) =>
    alerts.desk.silence({ pattern, forMs, by: 'alice', comment: 'new disks' });

  it.each(['pool-full', '/srv', '/s*', '*', 'pool-full:/srv', 'pool-*:/s*v', '*full*rv'])(
    '%s keeps /srv silent until its time is over',
    async (pattern) => {
      const made = await silence(pattern);
      await pass(30);
      expect(events()).toEqual([]);
      expect(await firing()).toMatchObject([{ silencedUntil: made.until }]);
      await pass(31);
      expect(events()).toEqual(['start /srv']);
    },
  );

  it.each(['/sr', 'srv', 'pool-filling', '/home', 'pool-full:/home', '/s*x', '*/srv/*', '?srv'])(
    '%s does not',
    async (pattern) => {
      await silence(pattern);
      await pass(12);
      expect(events()).toEqual(['start /srv']);
    },
  );

  it('one that somebody ends is over at once, by its pattern or by its id', async () => {
    await silence('/srv');
    const byId = await silence('*');
    await pass(12);
    expect(await alerts.desk.unsilence({ silence: '/srv' })).toMatchObject({
      removed: [{ pattern: '/srv', by: 'alice' }],
    });
    expect(await alerts.desk.unsilence({ silence: byId.id.slice(0, 8) })).toEqual({ removed: [byId] });
    await pass(1);
    expect(events()).toEqual(['start /srv']);
    await expect(alerts.desk.unsilence({ silence: '/srv' })).rejects.toMatchObject({
      detail: { code: 'unknown-silence' },
    });
  });

  it('a clock that is put back by years does not keep it for years, by minutes does not end it', async () => {
    await silence('/srv');
    clock.jump(-10 * MINUTE);
    await pass(15);
    expect(events()).toEqual([]);
    clock.jump(-1000 * 24 * HOUR);
    await pass(1);
    expect(events()).toEqual(['start /srv']);
  });

  it('are bounded, and those that are over make room', async () => {
    for (let at = 0; at < SILENCES_KEPT; at += 1) await silence(`/${at}`, MINUTE);
    await expect(silence('/one-more')).rejects.toMatchObject({ detail: { code: 'too-many-silences' } });
    clock.advance(MINUTE);
    await silence('/one-more');
    expect(await store.silences()).toHaveLength(1);
  });
});

describe('to acknowledge', () => {
  it('ends the reminders, over a restart, until it is worse', async () => {
    await pass(12);
    const [row] = await firing();
    const id = row?.id.slice(0, 8) ?? '';
    const said = await alerts.desk.acknowledge({ id, by: 'alice', comment: null });
    expect(said.acknowledged).toEqual({ at: new Date(clock.now()).toISOString(), by: 'alice', comment: null });
    alerts = await open();
    await pass(25 * 60);
    expect(events()).toEqual(['start /srv']);
    free = { '/srv': 1 };
    await pass(1);
    expect(events()).toEqual(['start /srv', 'reminder /srv']);
    expect((await firing())[0]?.acknowledged).toBeNull();
  });

  it('asks for an alert that fires', async () => {
    const acknowledge = alerts.desk.acknowledge({ id: '00000000', by: null, comment: null });
    await expect(acknowledge).rejects.toMatchObject({ detail: { code: 'unknown-alert' } });
  });
});

it('what cannot be stored stands as it stood, is in the log, and is told once it can be', async () => {
  let isFull = false;
  const saveAlerts: Store['saveAlerts'] = async (changes) => {
    if (isFull) throw new Error('no space left');
    return store.saveAlerts(changes);
  };
  const limited = await open({ ...store, saveAlerts });
  await pass(5, limited);
  isFull = true;
  await pass(10, limited);
  expect(events()).toEqual([]);
  expect(limited.countFiring()).toBe(0);
  expect(said).toContainEqual(expect.stringContaining('an alert: /srv is 97 % full'));
  isFull = false;
  await pass(1, limited);
  expect(events()).toEqual(['start /srv']);
});

it('after its end nothing is asked or stored, and an end that cannot be stored is no failure', async () => {
  await pass(5);
  await alerts.end();
  await pass(30);
  expect(events()).toEqual([]);
  const saveAlerts = async () => {
    throw new Error('no space left');
  };
  const failing = await open({ ...store, saveAlerts });
  await failing.end();
  expect(said.at(-1)).toContain('could not be stored');
});

it('a notice that cannot be posted is posted later, in its order', async () => {
  let isAway = true;
  const post = async (notice: Notice) => {
    if (isAway) throw new Error('away');
    posted.push(notice);
  };
  const failing = await createAlerts({
    clock,
    log: { info() {}, warn() {}, error: (_, message) => void said.push(message) },
    store,
    notices: { post, test: async () => [] },
    settings: ALERT_SETTINGS,
    host: 'host-1',
    newId: () => crypto.randomUUID(),
    readFacts: async () => ({
      facts: factsOf({ pools: [aPool({ key: '/srv', freePercent: free['/srv'] ?? 0 })] }),
      isGone: () => false,
    }),
  });
  await pass(12, failing);
  free = { '/srv': 50 };
  await pass(12, failing);
  expect(said).toContain('a notice of an alert could not be posted; it is tried again');
  isAway = false;
  await pass(1, failing);
  expect(events()).toEqual(['start /srv', 'end /srv']);
});

it('the rules are asked each minute, and not while they are being asked', async () => {
  let asked = 0;
  let answer = () => {};
  const stop = watchAlerts({
    clock,
    alerts: {
      evaluate() {
        asked += 1;
        return new Promise<void>((resolve) => {
          answer = resolve;
        });
      },
    },
  });
  clock.advance(10 * MINUTE);
  expect(asked).toBe(1);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(MINUTE);
  expect(asked).toBe(2);
  stop();
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.armed()).toBe(0);
});
