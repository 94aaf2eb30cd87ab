import { toReason } from '@trimtab/protocol/shared';
import { readRules } from '../../alert/rules.ts';
import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { Notice } from '../../model/alert.ts';
import type { AlertSettings } from '../../model/alert-settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AlertsDesk } from '../../ports/desk/alerts.ts';
import type { Log } from '../../ports/log.ts';
import type { Notices } from '../../ports/notices.ts';
import type { AlertsStore } from '../../ports/store/alerts.ts';
import type { StoreHealth, WatchedStore } from '../survey/store-health.ts';
import { openAlertBook } from './alert-book.ts';
import { createAlertsDesk } from './alerts-desk.ts';
import { createPostNotices } from './post-notices.ts';
import type { ReadFacts } from './read-facts.ts';

const UNSAVED = 'how the alerts stand could not be stored; people are told all the same, and it is tried again';
const UNREAD = 'the silences could not be read; those that were read last hold';
const NOT_SAVED = 'how long alerts were looked after could not be stored; it counts as of ten minutes before at most';

export interface AlertsDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Log;
  readonly store: AlertsStore;
  /** With what is remembered while the database cannot be read. */
  readonly lately: Pick<WatchedStore['lately'], 'silences' | 'endedAlerts'>;
  readonly health: StoreHealth;
  readonly notices: Notices;
  readonly settings: AlertSettings;
  /** How people call this host. */
  readonly host: string;
  readonly newId: () => string;
  readFacts(): Promise<ReadFacts>;
}

export interface Alerts {
  readonly desk: AlertsDesk;
  countFiring(): number;
  /** Asks every rule, and tells people. It does not throw: what fails is in the log, and is tried again. */
  evaluate(): Promise<void>;
  /** Stores what a stop would else take back. Nothing is asked from then on. */
  end(): Promise<void>;
}

/** What people should know of, from its start to its end. */
export async function createAlerts(deps: AlertsDeps): Promise<Alerts> {
  const { clock, log, store, notices, settings, readFacts } = deps;
  const book = await openAlertBook(deps);
  const posting = createPostNotices({ store, notices, log });
  const oneAtATime = createOneAtATime<'alerts'>();
  const alone = <Value>(work: () => Promise<Value>) => oneAtATime('alerts', work);
  let steppedMs: number | null = null;
  let isEnded = false;
  let silences = await store.silences();

  async function step({ facts, isGone }: ReadFacts): Promise<void> {
    silences = await store.silences().catch((error: unknown) => {
      log.warn({ reason: toReason(error) }, UNREAD);
      return silences;
    });
    const monotonicMs = clock.monotonicMs();
    const now = clock.now();
    const elapsedMs = steppedMs === null ? 0 : monotonicMs - steppedMs;
    const readings = readRules(facts, settings);
    const { notices: told, unsaved } = await book.step({ readings, isGone, silences, elapsedMs, now });
    steppedMs = monotonicMs;
    if (unsaved !== null) log.error({ reason: toReason(unsaved.reason) }, UNSAVED);
    if (told.length > 0) posting.noteWaiting();
    for (const { event, alert } of told) tell(log, { event, alert });
  }

  return {
    desk: createAlertsDesk({ ...deps, store: { ...store, ...deps.lately }, book, alone }),
    countFiring: () => book.firing().length,
    async evaluate() {
      try {
        const read = await readFacts();
        await alone(async () => {
          if (isEnded) return;
          await step(read);
          await posting.post(book.unsaved());
        });
      } catch (error) {
        log.error({ reason: toReason(error) }, 'the alerts could not be looked after; they stand as they stood');
      }
    },
    end: () =>
      alone(async () => {
        isEnded = true;
        await book.saveAll().catch((error: unknown) => log.error({ reason: toReason(error) }, NOT_SAVED));
      }),
  };
}

function tell(log: Log, { event, alert }: Pick<Notice, 'event' | 'alert'>): void {
  const { id, rule, subject, severity, sentence } = alert;
  const fields = { alert: id, rule, subject, severity };
  if (event === 'end') log.info(fields, `an alert has ended. It was: ${sentence}`);
  else log.warn(fields, `${event === 'start' ? 'an alert' : 'an alert goes on'}: ${sentence}`);
}
