import { randomUUID } from 'node:crypto';
import { toReason } from '@trimtab/protocol/shared';
import { type Alerts, createAlerts } from '../conduct/alerts/alerts.ts';
import { createReadFacts, type FactsDeps } from '../conduct/alerts/read-facts.ts';
import { watchAlerts } from '../conduct/alerts/watch-alerts.ts';
import { hostName } from '../io/host-name.ts';
import type { AlertSettings } from '../model/alert-settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Foresight } from '../ports/foresight.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import type { Store } from '../ports/store/store.ts';

export interface ComposedAlerts {
  readonly alerts: Alerts;
  /** From here on the rules are asked each minute. */
  start(): void;
  stop(): Promise<void>;
}

/** What warns people, over what the collector knows. */
export async function composeAlerts({
  clock,
  log,
  store,
  settings,
  notices = NOBODY,
  foresight = NO_FORESIGHT,
  ...sources
}: Omit<FactsDeps, 'onUnread' | 'foresight' | 'clock' | 'store'> & {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly settings: AlertSettings;
  readonly notices?: Notices;
  readonly foresight?: Foresight;
}): Promise<ComposedAlerts> {
  const readFacts = createReadFacts({
    ...sources,
    clock,
    store,
    settings,
    foresight,
    onUnread: ({ what, error }) =>
      log.warn({ what, reason: toReason(error) }, 'the rules of alerts are asked without what could not be read'),
  });
  const newId = () => randomUUID() as string;
  const alerts = await createAlerts({ clock, log, store, notices, settings, host: hostName(), newId, readFacts });
  let stopWatching = () => {};
  return {
    alerts,
    start() {
      stopWatching = watchAlerts({ clock, alerts });
    },
    async stop() {
      stopWatching();
      await alerts.end();
    },
  };
}

/** Where no sender is set up, an alert is in the log and in `trimtab alerts`. */
const NOBODY: Notices = { post: async () => {}, test: async () => [] };

/** Without a forecast no pool is said to fill. */
const NO_FORESIGHT: Foresight = { poolForecasts: async () => [] };
