import { findSilence } from '../../alert/find-silence.ts';
import { restlessness } from '../../alert/restlessness.ts';
import { RULES } from '../../alert/rules.ts';
import { stepAlert } from '../../alert/step-alert.ts';
import type { Alert, Notice } from '../../model/alert.ts';
import type { AlertSettings } from '../../model/alert-settings.ts';
import type { Acknowledgement, AlertReading, AlertState, WatchedAlert } from '../../model/alert-state.ts';
import type { Easing, PendingAlert } from '../../model/alerts-view.ts';
import type { Silence } from '../../model/silence.ts';
import { type AlertChanges, type AlertsStore, ENDED_KEPT } from '../../ports/store/alerts.ts';
import type { ReadFacts } from './read-facts.ts';

/** Of its counted times a crash takes back so much. */
export const SAVED_EVERY_MS = 10 * 60_000;

export type FiringState = Extract<AlertState, { kind: 'firing' }>;

export interface Stepping extends Pick<ReadFacts, 'isGone'> {
  readonly readings: readonly AlertReading[];
  readonly silences: readonly Silence[];
  readonly elapsedMs: number;
  readonly now: number;
}

interface Stepper {
  readonly settings: AlertSettings;
  readonly host: string;
  readonly newId: () => string;
}

export interface Stepped {
  readonly notices: readonly Notice[];
  /** Null where all is stored. */
  readonly unsaved: { readonly reason: unknown } | null;
}

/**
 * Where every alert stands. What cannot be stored is so all the same, since a disk that is full may be what an alert
 * tells of; it is stored with the next changes.
 */
export interface AlertBook {
  step(stepping: Stepping): Promise<Stepped>;
  firing(): readonly FiringState[];
  /** What is as a rule says, and not for long enough yet. */
  pending(): readonly PendingAlert[];
  /** How the subject of an alert stands now, where that is under its mark already, and how soon the alert ends then. */
  easing(firing: FiringState): Easing | null;
  /** Every subject that any rule knows; null until they were asked. */
  subjects(): readonly Subject[] | null;
  /** What is to be told and is not stored, in its order. */
  unsaved(): readonly Notice[];
  /** Throws what the store throws; then nothing has changed. */
  acknowledge(firing: FiringState, acknowledged: Omit<Acknowledgement, 'severity' | 'level'>): Promise<FiringState>;
  /** Stores the counted times too. */
  saveAll(): Promise<void>;
}

type Book = ReadonlyMap<string, WatchedAlert>;
type Telling = Pick<AlertChanges, 'ended' | 'notices'>;

export async function openAlertBook({
  store,
  settings,
  host,
  newId,
}: Stepper & { readonly store: Pick<AlertsStore, 'alertStates' | 'saveAlerts'> }): Promise<AlertBook> {
  let watched: Book = new Map((await store.alertStates()).map((one) => [keyOf(one), one]));
  /** As the store has them. */
  let saved = watched;
  /** What is not stored; no more of it than the store keeps of those that ended. */
  let untold: Telling = { ended: [], notices: [] };
  /** What the rules told of those that are watched, when they were last asked. */
  let readings: ReadonlyMap<string, AlertReading> = new Map();
  /** Of whom they told; of thousands of guests with which nothing is the matter their sentences are not kept. */
  let told: readonly Subject[] | null = null;

  /** Stores `wanted` where it differs from what is stored, and what is to be told of that. */
  async function save(wanted: Book, isWorth: typeof isWorthSaving): Promise<void> {
    const states = [...new Map([...saved, ...wanted])].flatMap(([key, { rule, subject }]) => {
      const state = wanted.get(key)?.state ?? null;
      return isWorth({ state, before: saved.get(key)?.state ?? null }) ? [{ rule, subject, state }] : [];
    });
    if (states.length + untold.ended.length + untold.notices.length > 0) await store.saveAlerts({ states, ...untold });
    untold = { ended: [], notices: [] };
    saved = withChanged(saved, states);
  }

  return {
    async step(stepping) {
      const { states, ended, notices } = stepAll(watched, { ...stepping, settings, host, newId });
      watched = withChanged(watched, states);
      readings = pickWatched(stepping.readings, watched);
      told = stepping.readings.map(({ rule, subject }) => ({ rule, subject }));
      untold = {
        ended: [...untold.ended, ...ended].slice(-ENDED_KEPT),
        notices: [...untold.notices, ...notices].slice(-ENDED_KEPT),
      };
      try {
        await save(watched, isWorthSaving);
      } catch (reason) {
        return { notices, unsaved: { reason } };
      }
      return { notices, unsaved: null };
    },
    firing: () => [...watched.values()].flatMap(({ state }) => (state.kind === 'firing' ? [state] : [])),
    pending: () =>
      [...watched].flatMap(([key, { rule, state }]) => {
        const reading = readings.get(key);
        if (state.kind !== 'idle' || state.overMs === null || reading === undefined) return [];
        const { subject, severity, sentence, hint } = reading;
        const startsInMs = Math.max(0, RULES[rule].timing(settings).startAfterMs - state.overMs);
        return [{ rule, subject, severity, sentence, hint, startsInMs }];
      }),
    easing({ alert, underMs, restarts }) {
      const reading = readings.get(keyOf(alert));
      if (underMs === null || reading === undefined) return null;
      const endsInMs = Math.max(0, restlessness.endAfterMs(RULES[alert.rule].timing(settings), restarts) - underMs);
      return { sentence: reading.sentence, endsInMs };
    },
    subjects: () => (told === null ? null : [...watched.values(), ...told]),
    unsaved: () => untold.notices,
    async acknowledge(firing, acknowledged) {
      const { rule, subject, severity } = firing.alert;
      const { level } = firing.badness;
      const state = { ...firing, isDue: false, acknowledged: { ...acknowledged, severity, level } };
      const wanted = withChanged(watched, [{ rule, subject, state }]);
      await save(wanted, isWorthSaving);
      watched = wanted;
      return state;
    },
    saveAll: () => save(watched, () => true),
  };
}

function pickWatched(readings: readonly AlertReading[], watched: Book): ReadonlyMap<string, AlertReading> {
  const keyed = readings.map((reading) => [keyOf(reading), reading] as const);
  return new Map(keyed.filter(([key]) => watched.has(key)));
}

function stepAll(
  watched: Book,
  { readings, silences, elapsedMs, now, isGone, settings, host, newId }: Stepping & Stepper,
): AlertChanges {
  const readingOf = new Map(readings.map((reading) => [keyOf(reading), reading]));
  const subjects = new Map<string, Subject>([...watched, ...readingOf]);
  const states: AlertChanges['states'][number][] = [];
  const ended: Alert[] = [];
  const notices: Notice[] = [];
  for (const [key, { rule, subject }] of subjects) {
    const stepped = stepAlert({
      state: watched.get(key)?.state ?? null,
      reading: readingOf.get(key) ?? null,
      isGone: isGone({ rule, subject }),
      elapsedMs,
      now,
      timing: RULES[rule].timing(settings),
      reminderMs: settings.alertReminder,
      isSilenced: findSilence(silences, { rule, subject, now }) !== null,
      host,
      newId,
    });
    states.push({ rule, subject, state: stepped.state });
    if (stepped.ended !== null) ended.push(stepped.ended);
    notices.push(...stepped.notices);
  }
  return { states, ended, notices };
}

export type Subject = Pick<AlertReading, 'rule' | 'subject'>;

/** No rule has a blank in its name. */
const keyOf = ({ rule, subject }: Subject): string => `${rule} ${subject}`;

function withChanged(book: Book, changed: AlertChanges['states']): Book {
  const after = new Map(book);
  for (const { rule, subject, state } of changed) {
    if (state === null) after.delete(keyOf({ rule, subject }));
    else after.set(keyOf({ rule, subject }), { rule, subject, state });
  }
  return after;
}

/** Figures that move, and times that pass, are stored now and then: what else changes, at once. */
function isWorthSaving({
  state,
  before,
}: {
  readonly state: AlertState | null;
  readonly before: AlertState | null;
}): boolean {
  if (state === null || before === null) return state !== before;
  const [now, then] = [toCounted(state), toCounted(before)];
  if (now.some((ms, index) => Math.abs(ms - (then[index] ?? 0)) >= SAVED_EVERY_MS)) return true;
  return JSON.stringify(withoutMoving(state)) !== JSON.stringify(withoutMoving(before));
}

function toCounted(state: AlertState): readonly number[] {
  if (state.kind === 'idle') return [state.overMs ?? 0, state.calmMs ?? 0];
  return [state.underMs ?? 0, state.unseenMs, state.sinceNoticeMs];
}

function withoutMoving(state: AlertState): object {
  if (state.kind === 'idle')
    return { restarts: state.restarts, isOver: state.overMs !== null, isCalm: state.calmMs !== null };
  const { alert, restarts, isTold, isDue, reminders, acknowledged, underMs } = state;
  const { id, severity } = alert;
  return { id, severity, restarts, isTold, isDue, reminders, acknowledged, isUnder: underMs !== null };
}
