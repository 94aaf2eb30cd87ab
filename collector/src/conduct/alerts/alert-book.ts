import { findSilence } from '../../alert/find-silence.ts';
import { RULES } from '../../alert/rules.ts';
import { stepAlert } from '../../alert/step-alert.ts';
import type { Alert, Notice } from '../../model/alert.ts';
import type { AlertSettings } from '../../model/alert-settings.ts';
import type { Acknowledgement, AlertReading, AlertState, WatchedAlert } from '../../model/alert-state.ts';
import type { Silence } from '../../model/silence.ts';
import type { AlertChanges, AlertsStore } from '../../ports/store/alerts.ts';
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

/** Where every alert stands. What it says is stored first: after a failure, and a kill, it stands where it stood. */
export interface AlertBook {
  /** Returns what has started and ended. Throws what the store throws; then nothing has changed. */
  step(stepping: Stepping): Promise<Pick<AlertChanges, 'ended' | 'notices'>>;
  firing(): readonly FiringState[];
  acknowledge(firing: FiringState, acknowledged: Omit<Acknowledgement, 'severity' | 'level'>): Promise<FiringState>;
  /** Stores the counted times too. */
  saveAll(): Promise<void>;
}

export async function openAlertBook({
  store,
  settings,
  host,
  newId,
  onUnsaved,
}: {
  readonly store: Pick<AlertsStore, 'alertStates' | 'saveAlerts'>;
  readonly settings: AlertSettings;
  readonly host: string;
  readonly newId: () => string;
  /** What was to be told could not be stored; it is tried again. */
  onUnsaved(notices: readonly Notice[]): void;
}): Promise<AlertBook> {
  const watched = new Map((await store.alertStates()).map((one) => [keyOf(one), one]));
  /** As the store has them. */
  const saved = new Map(watched);

  async function save({
    states,
    ended = [],
    notices = [],
  }: Pick<AlertChanges, 'states'> & Partial<AlertChanges>): Promise<void> {
    const worth = states.filter((changed) =>
      isWorthSaving({ state: changed.state, before: saved.get(keyOf(changed))?.state ?? null }),
    );
    if (worth.length > 0) await store.saveAlerts({ states: worth, ended, notices });
    for (const { rule, subject, state } of states) put(watched, { rule, subject, state });
    for (const { rule, subject, state } of worth) put(saved, { rule, subject, state });
  }

  return {
    async step({ readings, silences, elapsedMs, now, isGone }) {
      const readingOf = new Map(readings.map((reading) => [keyOf(reading), reading]));
      const subjects = new Map<string, Subject>([...watched, ...readingOf]);
      const states: AlertChanges['states'][number][] = [];
      const ended: Alert[] = [];
      const notices: Notice[] = [];
      for (const [key, { rule, subject }] of subjects) {
        const state = watched.get(key)?.state ?? null;
        const stepped = stepAlert({
          state,
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
        if (state !== null || stepped.state !== null) states.push({ rule, subject, state: stepped.state });
        if (stepped.ended !== null) ended.push(stepped.ended);
        notices.push(...stepped.notices);
      }
      try {
        await save({ states, ended, notices });
      } catch (error) {
        onUnsaved(notices);
        throw error;
      }
      return { ended, notices };
    },
    firing: () => [...watched.values()].flatMap(({ state }) => (state.kind === 'firing' ? [state] : [])),
    async acknowledge(firing, acknowledged) {
      const { rule, subject, severity } = firing.alert;
      const state = { ...firing, acknowledged: { ...acknowledged, severity, level: firing.badness.level } };
      await save({ states: [{ rule, subject, state }] });
      return state;
    },
    async saveAll() {
      const states = [...watched.values()];
      if (states.length > 0) await store.saveAlerts({ states, ended: [], notices: [] });
    },
  };
}

type Subject = Pick<AlertReading, 'rule' | 'subject'>;

/** No rule has a blank in its name. */
const keyOf = ({ rule, subject }: Subject): string => `${rule} ${subject}`;

function put(book: Map<string, WatchedAlert>, { rule, subject, state }: AlertChanges['states'][number]): void {
  if (state === null) book.delete(keyOf({ rule, subject }));
  else book.set(keyOf({ rule, subject }), { rule, subject, state });
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
  const { alert, restarts, isTold, reminders, acknowledged, underMs } = state;
  const { id, severity } = alert;
  return { id, severity, restarts, isTold, reminders, acknowledged, isUnder: underMs !== null };
}
