import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { AlertFacts } from '../../../../collector/src/alert/facts.ts';
import { type Alerts, createAlerts } from '../../../../collector/src/conduct/alerts/alerts.ts';
import { watchStore } from '../../../../collector/src/conduct/survey/store-health.ts';
import type { Notice } from '../../../../collector/src/model/alert.ts';
import type { AlertRow } from '../../../../collector/src/model/alerts-view.ts';
import type { Notices } from '../../../../collector/src/ports/notices.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';
import { ALERT_SETTINGS, aPool, factsOf } from '../../alert/alert-facts.ts';
import { openTestStore } from '../../store/open-test-store.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

interface Opening {
  readonly store?: Store;
  readonly post?: Notices['post'];
  readonly pools?: () => AlertFacts['pools'];
}

export interface AlertsUnderTest {
  store: Store;
  clock: TestClock;
  alerts: Alerts;
  readonly posted: Notice[];
  /** In the log. */
  readonly said: string[];
  /** Free of each pool, in percent. */
  free: Readonly<Record<string, number>>;
  /** As a collector that is started; its predecessor goes nowhere. */
  open(opening?: Opening): Promise<Alerts>;
  pass(minutes: number): Promise<void>;
  events(): readonly string[];
  firing(): Promise<readonly AlertRow[]>;
}

/** Alerts on a real store, with a clock of the test's, for each test of this file: /srv is full, and /home is not. */
export function useAlerts(): AlertsUnderTest {
  const world = {
    posted: [] as Notice[],
    said: [] as string[],
    open,
    pass,
    events,
    firing,
  } as unknown as AlertsUnderTest;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trimtab-alerts-'));
    world.store = await openTestStore(folder);
    world.clock = createTestClock();
    world.posted.length = 0;
    world.said.length = 0;
    world.free = { '/srv': 3, '/home': 50 };
    await open();
  });
  afterEach(async () => {
    await world.store.close();
    await rm(folder, { recursive: true });
  });

  async function open({ store = world.store, post = keep, pools = readPools }: Opening = {}): Promise<Alerts> {
    const say = (_fields: object, message: string) => void world.said.push(message);
    const watched = watchStore({ clock: world.clock, store });
    world.alerts = await createAlerts({
      clock: world.clock,
      log: { info: say, warn: say, error: say },
      ...watched,
      notices: { post, test: async (to) => [{ name: to ?? 'all', outcome: 'delivered' }] },
      settings: ALERT_SETTINGS,
      host: 'host-1',
      newId: () => crypto.randomUUID(),
      readFacts: async () => ({ facts: factsOf({ pools: pools() }), isGone: () => false }),
    });
    return world.alerts;
  }

  const keep = async (notices: readonly Notice[]) => void world.posted.push(...notices);
  const readPools = () => Object.entries(world.free).map(([key, freePercent]) => aPool({ key, freePercent }));

  async function pass(minutes: number): Promise<void> {
    for (let at = 0; at < minutes; at += 1) {
      world.clock.advance(MINUTE);
      await world.alerts.evaluate();
    }
  }

  function events(): readonly string[] {
    return world.posted.map(({ event, alert }) => `${event} ${alert.subject}`);
  }

  async function firing(): Promise<readonly AlertRow[]> {
    return (await world.alerts.desk.alerts({ all: false })).firing;
  }

  return world;
}
