import { byUrgency } from '../../alert/by-urgency.ts';
import { findSilence } from '../../alert/find-silence.ts';
import { ALERT_RULES, type Alert } from '../../model/alert.ts';
import type { Acknowledgement } from '../../model/alert-state.ts';
import type { AlertRow, Easing, SilenceRow } from '../../model/alerts-view.ts';
import type { Silence } from '../../model/silence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AlertsDesk } from '../../ports/desk/alerts.ts';
import type { Notices } from '../../ports/notices.ts';
import { type AlertsStore, ENDED_KEPT } from '../../ports/store/alerts.ts';
import type { StoreHealth } from '../survey/store-health.ts';
import type { AlertBook, Subject } from './alert-book.ts';
import { ambiguousAlert, ambiguousSilence, tooManySilences, unknownAlert, unknownSilence } from './alert-faults.ts';

export const SILENCES_KEPT = 200;
/** Of those that ended, so many are told unless somebody wants all. */
const ENDED_TOLD = 10;
/** As `trimtab alerts` and the API have it. */
const ID_BEGINNING = /^[0-9a-f]{8}/;
const LATELY_MS = 7 * 86_400_000;

export interface AlertsDeskDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<AlertsStore, 'endedAlerts' | 'silences' | 'addSilence' | 'removeSilences'>;
  readonly health: StoreHealth;
  readonly notices: Pick<Notices, 'test'>;
  readonly newId: () => string;
  readonly book: Pick<AlertBook, 'firing' | 'pending' | 'easing' | 'subjects' | 'acknowledge'>;
  /** Nothing else changes meanwhile. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** What people ask of alerts, and what they say to them. */
export function createAlertsDesk({ clock, store, notices, newId, book, alone, health }: AlertsDeskDeps): AlertsDesk {
  /** Those that are over go with the next one. */
  async function listSilences(): Promise<readonly Silence[]> {
    const now = clock.now();
    return (await store.silences()).filter(({ until }) => now < until);
  }

  return {
    async alerts({ all }) {
      const now = clock.now();
      const silences = await listSilences();
      const ended = await store.endedAlerts(all ? ENDED_KEPT : ENDED_TOLD);
      const isTold = ({ endedAt }: Alert) => all || now - (endedAt ?? now) < LATELY_MS;
      return {
        takenAt: toIso(now),
        firing: book
          .firing()
          .toSorted((one, other) => byUrgency(one.alert, other.alert))
          .map((one) => {
            const { alert, acknowledged } = one;
            return toRow({ alert, acknowledged, easing: book.easing(one), silences, now });
          }),
        pending: book.pending().toSorted((one, other) => one.startsInMs - other.startsInMs),
        ended: ended
          .filter(isTold)
          .map((alert) => toRow({ alert, acknowledged: null, easing: null, silences: [], now })),
        silences: silences.map(toSilenceRow),
        findings: health.findings(),
      };
    },
    silence: ({ pattern, forMs, by, comment }) =>
      alone(async () => {
        const now = clock.now();
        const all = await store.silences();
        const over = all.filter(({ until }) => until <= now);
        if (all.length - over.length >= SILENCES_KEPT) throw tooManySilences(SILENCES_KEPT);
        await store.removeSilences(over.map(({ id }) => id));
        const silence = { id: newId(), pattern, madeAt: now, until: now + forMs, by, comment };
        await store.addSilence(silence);
        return { ...toSilenceRow(silence), fits: fitsAny({ silence, subjects: book.subjects() }) };
      }),
    unsilence: ({ silence: wanted }) =>
      alone(async () => {
        const silences = await listSilences();
        const meant = silences.filter(({ pattern }) => pattern === wanted);
        const isId = ID_BEGINNING.test(wanted);
        const begun = meant.length > 0 ? meant : silences.filter(({ id }) => isId && id.startsWith(wanted));
        if (begun.length === 0) throw unknownSilence(wanted);
        if (meant.length === 0 && begun.length > 1) throw ambiguousSilence(wanted);
        await store.removeSilences(begun.map(({ id }) => id));
        return { removed: begun.map(toSilenceRow) };
      }),
    acknowledge: ({ id: wanted, by, comment }) =>
      alone(async () => {
        const now = clock.now();
        const [only, ...others] = book.firing().filter(({ alert }) => alert.id.startsWith(wanted));
        if (only === undefined) throw unknownAlert(wanted);
        if (others.length > 0) throw ambiguousAlert(wanted);
        const known = await book.acknowledge(only, { at: now, by, comment });
        const { alert, acknowledged } = known;
        return toRow({ alert, acknowledged, easing: book.easing(known), silences: await listSilences(), now });
      }),
    testSenders: async ({ to }) => ({ senders: await notices.test(to) }),
  };
}

function toRow({
  alert,
  acknowledged,
  easing,
  silences,
  now,
}: {
  readonly alert: Alert;
  readonly acknowledged: Acknowledgement | null;
  readonly easing: Easing | null;
  readonly silences: readonly Silence[];
  readonly now: number;
}): AlertRow {
  const { rule, subject } = alert;
  const silence = findSilence(silences, { rule, subject, now });
  return {
    ...alert,
    startedAt: toIso(alert.startedAt),
    endedAt: alert.endedAt === null ? null : toIso(alert.endedAt),
    acknowledged:
      acknowledged === null ? null : { at: toIso(acknowledged.at), by: acknowledged.by, comment: acknowledged.comment },
    easing,
    silencedUntil: silence === null ? null : toIso(silence.until),
  };
}

/** A rule is one also while it knows of no subject. */
function fitsAny({
  silence,
  subjects,
}: {
  readonly silence: Silence;
  readonly subjects: readonly Subject[] | null;
}): boolean {
  if (subjects === null) return true;
  const now = silence.madeAt;
  const rules = ALERT_RULES.map((rule) => ({ rule, subject: '' }));
  return [...rules, ...subjects].some((one) => findSilence([silence], { ...one, now }) !== null);
}

function toSilenceRow({ id, pattern, madeAt, until, by, comment }: Silence): SilenceRow {
  return { id, pattern, madeAt: toIso(madeAt), until: toIso(until), by, comment };
}

const toIso = (ms: number): string => new Date(ms).toISOString();
