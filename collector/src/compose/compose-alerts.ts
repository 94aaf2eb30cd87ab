import { randomUUID } from 'node:crypto';
import { toReason } from '@trimtab/protocol/shared';
import { type Alerts, createAlerts } from '../conduct/alerts/alerts.ts';
import type { Delivery } from '../conduct/alerts/deliver/deliver.ts';
import { createReadLevels } from '../conduct/alerts/deliver/pool-levels.ts';
import { createReadFacts, type FactsDeps } from '../conduct/alerts/read-facts.ts';
import { watchAlerts } from '../conduct/alerts/watch-alerts.ts';
import type { StoreHealth, WatchedStore } from '../conduct/survey/store-health.ts';
import type { Watch } from '../conduct/watch/watch.ts';
import { hostName } from '../io/host-name.ts';
import type { AlertSettings } from '../model/alert-settings.ts';
import type { SenderEntry } from '../model/sender.ts';
import type { Clock } from '../ports/clock.ts';
import type { Foresight } from '../ports/foresight.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store/store.ts';
import { startNotices } from './start-notices.ts';

export interface ComposedAlerts {
  readonly alerts: Alerts;
  readonly notices: Pick<Delivery, 'findings'>;
  /** From here on the rules are asked each minute. */
  start(): void;
  stop(): Promise<void>;
}

/** What warns people, over what the collector knows. What was posted and is not delivered goes on at once. */
export async function composeAlerts({
  clock,
  calendar,
  log,
  store,
  lately,
  health,
  settings,
  entries,
  watch,
  foresight,
  ...sources
}: Omit<FactsDeps, 'onUnread' | 'readPools' | 'foresight' | 'clock' | 'store'> & {
  readonly clock: Clock;
  /** By what it is told how long something has been so. */
  readonly calendar: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly lately: WatchedStore['lately'];
  readonly health: StoreHealth;
  readonly settings: AlertSettings;
  readonly entries: readonly SenderEntry[];
  readonly watch: Pick<Watch, 'overview'>;
  readonly foresight: Foresight;
}): Promise<ComposedAlerts> {
  const readPools = async () => (await watch.overview({ now: false })).pools;
  const readLevels = createReadLevels({ readPools, foresight, log });
  const notices = await startNotices({ clock, log, store, entries, readPools: readLevels });
  const readFacts = createReadFacts({
    ...sources,
    clock: calendar,
    store,
    settings,
    foresight,
    readPools,
    onUnread: ({ what, error }) =>
      log.warn({ what, reason: toReason(error) }, 'the rules of alerts are asked without what could not be read'),
  });
  const newId = () => randomUUID() as string;
  const alerts = await createAlerts({
    clock: calendar,
    log,
    store,
    lately,
    health,
    notices,
    settings,
    host: hostName(),
    newId,
    readFacts,
  });
  let stopWatching = () => {};
  return {
    alerts,
    notices,
    start() {
      stopWatching = watchAlerts({ clock: calendar, alerts });
    },
    async stop() {
      stopWatching();
      await alerts.end();
      await notices.stop();
    },
  };
}
