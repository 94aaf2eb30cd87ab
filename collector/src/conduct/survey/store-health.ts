import { Fault } from '@trimtab/protocol/shared';
import type { Finding } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Silence } from '../../model/silence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestKey, HeldGuest } from '../../ports/store/guest-keys.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';
import type { Store } from '../../ports/store/store.ts';

/** How it stands with the database: what a host tells of itself needs none, and says what is missing without it. */
export interface StoreHealth {
  /** What the database does not do, since when and why; none while it is well. */
  findings(): readonly Finding[];
}

export interface WatchedStore {
  /** As it was, but that it is noted what it cannot do. */
  readonly store: Store;
  /** The same questions, answered with what is remembered, or with nothing, while the database cannot be read. */
  readonly lately: Pick<Store, 'guests' | 'keys' | 'held' | 'silences' | 'endedAlerts' | 'earlierTrims' | 'findTrim'>;
  readonly health: StoreHealth;
}

/** `reading` is noted with each question for an overview, `storing` with what is sampled. */
type Part = 'reading' | 'storing';

interface Trouble {
  /** UTC, milliseconds. */
  readonly since: number;
  readonly fault: Fault;
}

export function watchStore({ clock, store }: { clock: Pick<Clock, 'now'>; store: Store }): WatchedStore {
  const trouble: Record<Part, Trouble | null> = { reading: null, storing: null };
  let records: readonly GuestRecord[] = [];
  let silences: readonly Silence[] = [];
  let keys: readonly GuestKey[] = [];
  let held: readonly HeldGuest[] = [];

  async function note<Value>(part: Part, work: () => Promise<Value>): Promise<Value> {
    try {
      const value = await work();
      trouble[part] = null;
      return value;
    } catch (error) {
      if (isOfDatabase(error)) trouble[part] = { since: trouble[part]?.since ?? clock.now(), fault: error };
      throw error;
    }
  }

  const noted: Pick<Store, 'guests' | 'silences' | 'addSamples'> = {
    guests: () =>
      note('reading', async () => {
        records = await store.guests();
        return records;
      }),
    silences: () =>
      note('reading', async () => {
        silences = await store.silences();
        return silences;
      }),
    addSamples: (samples) => note('storing', () => store.addSamples(samples)),
  };
  async function readKeys(guest?: GuestId): Promise<readonly GuestKey[]> {
    const read = await store.keys(guest);
    if (guest === undefined) keys = read;
    return read;
  }

  async function readHeld(): Promise<readonly HeldGuest[]> {
    held = await store.held();
    return held;
  }

  return {
    store: { ...store, ...noted },
    lately: {
      guests: () => noted.guests().catch(orElse(() => records)),
      keys: (guest) => {
        const ofGuest = () => keys.filter((key) => guest === undefined || key.guest === guest);
        return readKeys(guest).catch(orElse(ofGuest));
      },
      held: () => readHeld().catch(orElse(() => held)),
      silences: () => noted.silences().catch(orElse(() => silences)),
      endedAlerts: (limit) => store.endedAlerts(limit).catch(orElse(() => [])),
      earlierTrims: (query) => store.earlierTrims(query).catch(orElse(() => [])),
      findTrim: (trim) => store.findTrim(trim).catch(orElse(() => null)),
    },
    health: { findings: () => toFindings(trouble) },
  };
}

/** Of rows that a database refuses (`store-error`) the rows are the cause. */
function isOfDatabase(error: unknown): error is Fault {
  return error instanceof Fault && error.detail.code.startsWith('store-') && error.detail.code !== 'store-error';
}

/** For what is read from the store by others: nothing where the database is why. */
export function noneWithoutStore(error: unknown): [] {
  if (isOfDatabase(error)) return [];
  throw error;
}

const orElse =
  <Value>(known: () => Value) =>
  (error: unknown): Value => {
    if (isOfDatabase(error)) return known();
    throw error;
  };

const NOT_STORED = 'what is sampled is kept in memory for an hour';

function toFindings({ reading, storing }: Readonly<Record<Part, Trouble | null>>): readonly Finding[] {
  const [first] = [reading, storing]
    .filter((trouble) => trouble !== null)
    .toSorted((one, other) => one.since - other.since);
  if (first === undefined) return [];
  const { subject, cause, hint } = (reading ?? first).fault.detail;
  const since = `since ${toMinute(first.since)} (${cause})`;
  const sentence =
    reading === null
      ? `the database takes nothing ${since}: ${NOT_STORED}, and trims are kept by their agents`
      : `the database cannot be used ${since}: guests are told as they were known then, forecasts and what was stored are missing, and ${NOT_STORED}`;
  return [{ subject, sentence, hint }];
}

const toMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
