import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { composeAlerts } from '../../../collector/src/compose/compose-alerts.ts';
import { watchStore } from '../../../collector/src/conduct/survey/store-health.ts';
import type { Overview } from '../../../collector/src/conduct/watch/overview.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { type HttpReceiver, startHttpReceiver } from '../../support/receivers/http-receiver.ts';
import { ALERT_SETTINGS, aPool } from '../alert/alert-facts.ts';
import { createKnownHost } from '../conduct/known-host.ts';
import { openTestStore } from '../store/open-test-store.ts';

const MINUTE = 60_000;

let folder: string;
let store: Store;
let receiver: HttpReceiver;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-no-store-'));
  store = await openTestStore(folder);
  receiver = await startHttpReceiver();
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await store.close();
  await rm(folder, { recursive: true });
});

it('while the whole store is away a receiver is told of a full pool, and of its end', async () => {
  let isAway = false;
  const mayBeAway: Store = new Proxy(store, {
    get(whole, name) {
      const own: unknown = Reflect.get(whole, name);
      if (typeof own !== 'function') return own;
      const call = own as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (isAway) throw new Error('the server is away');
        return call(...args);
      };
    },
  });
  let freePercent = 3;
  const { clock: calendar, survey, links, qemuGaGuests } = createKnownHost();
  const { alerts, stop } = await composeAlerts({
    clock,
    calendar: { ...calendar, after: clock.after },
    log: { info() {}, warn() {}, error() {} },
    ...watchStore({ clock, store: mayBeAway }),
    settings: ALERT_SETTINGS,
    entries: [{ kind: 'webhook', name: 'it', rules: ['pool-full'], url: receiver.url, token: null, group: false }],
    watch: { overview: async () => ({ pools: [aPool({ freePercent })] }) as unknown as Overview },
    foresight: { poolForecasts: () => Promise.reject(new Error('the server is away')) },
    survey,
    links,
    qemuGaGuests,
  });
  async function pass(minutes: number): Promise<void> {
    for (let at = 0; at < minutes; at += 1) {
      calendar.advance(MINUTE);
      await alerts.evaluate();
    }
  }
  isAway = true;
  await pass(15);
  await receiver.until(1);
  freePercent = 50;
  await pass(15);
  await receiver.until(2);
  isAway = false;
  await pass(1);
  while ((await store.pendingNotices()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  await stop();
  const told = receiver.received.map(({ body }) => (JSON.parse(body) as { readonly event: string }).event);
  expect(told).toEqual(['start', 'end']);
  expect(await store.waitingNotices()).toEqual([]);
  expect(await store.endedAlerts(10)).toMatchObject([{ rule: 'pool-full', subject: '/srv' }]);
});
