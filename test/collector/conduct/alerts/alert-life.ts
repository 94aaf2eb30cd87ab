import { DatabaseSync } from 'node:sqlite';
import { createAlerts } from '../../../../collector/src/conduct/alerts/alerts.ts';
import { openSqlDatabase } from '../../../../collector/src/io/sqlite.ts';
import type { Notice } from '../../../../collector/src/model/alert.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../../collector/src/model/host-id.ts';
import type { SqlDatabase } from '../../../../collector/src/ports/sql-database.ts';
import { createStore } from '../../../../collector/src/store/create-store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { ALERT_SETTINGS, aPool, factsOf } from '../../alert/alert-facts.ts';
import { NO_SURROUNDINGS } from '../../store/no-surroundings.ts';

export const MINUTE = 60_000;
const FULL_FROM = 5;
const FULL_TO = 40;
/** Long after the alert has ended, whatever was lost on the way. */
export const LAST_MINUTE = 80;

/** Where a life ends: before or after its nth step that changes something. */
export interface Death {
  readonly nth: number;
  readonly when: 'before' | 'after';
  /** Does not come back. */
  die(): never;
}

export interface LifePlace {
  /** Of the collector's database. */
  readonly path: string;
  /** Of another, where notices are posted. */
  readonly receiver: string;
}

/**
 * A collector's life from one minute of a pool's, which is full for a while, to the last; or to its death. Calls `onMinute` with each
 * minute that begins. Its store is a real database; time is not.
 */
export async function liveWithAlerts({
  path,
  receiver,
  from,
  death,
  onMinute = () => {},
}: LifePlace & { from: number; death: Death | null; onMinute?: (minute: number) => void }): Promise<number> {
  const database = openSqlDatabase(path);
  let steps = 0;
  let isBorn = false;
  async function change<Value>(work: () => Promise<Value>): Promise<Value> {
    if (isBorn) steps += 1;
    const isLast = death !== null && isBorn && steps >= death.nth;
    if (isLast && (death.when === 'before' || steps > death.nth)) death.die();
    const value = await work();
    if (isLast) death.die();
    return value;
  }
  const store = await openStore({ path, database: dying(database, change) });
  const notices = openReceiver(receiver);
  try {
    let minute = from;
    const clock = createTestClock();
    clock.jump(from * MINUTE);
    const alerts = await createAlerts({
      clock,
      log: { info() {}, warn() {}, error() {} },
      store,
      lately: store,
      health: { findings: () => [] },
      notices: { post: (given) => change(async () => given.forEach(notices.post)), test: async () => [] },
      settings: ALERT_SETTINGS,
      host: 'host-1',
      newId: () => crypto.randomUUID(),
      readFacts: async () => ({ facts: factsOf({ pools: [poolAt(minute)] }), isGone: () => false }),
    });
    isBorn = true;
    for (; minute < LAST_MINUTE && !isOver(); minute += 1) {
      onMinute(minute);
      await alerts.evaluate();
      clock.advance(MINUTE);
    }
    return steps;
  } finally {
    notices.close();
    isBorn = false;
    await store.close();
  }

  /** What fails in a life that has ended is not tried again in it. */
  function isOver(): boolean {
    return death !== null && steps >= death.nth;
  }
}

const poolAt = (minute: number) => aPool({ freePercent: minute >= FULL_FROM && minute < FULL_TO ? 3 : 50 });

export function openStore({ path, database }: { path: string; database: SqlDatabase }) {
  return createStore({
    database,
    path,
    hostId: 'host-1' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
}

function dying(database: SqlDatabase, change: <Value>(work: () => Promise<Value>) => Promise<Value>): SqlDatabase {
  return {
    ...database,
    async connect() {
      const connection = await database.connect();
      return {
        ...connection,
        query: (statement) => change(() => connection.query(statement)),
        commit: () => change(() => connection.commit()),
      };
    },
  };
}

/** Keeps each notice under its id, once, as [N2] asks for. */
function openReceiver(path: string) {
  const database = new DatabaseSync(path);
  database.exec('create table if not exists notice (id text primary key, event text)');
  const insert = database.prepare('insert or ignore into notice values (?, ?)');
  return {
    post: ({ id, event }: Notice) => void insert.run(id, event),
    close: () => database.close(),
  };
}

/** In the order in which they came. */
export function readReceived(path: string): readonly string[] {
  const database = new DatabaseSync(path);
  try {
    return database
      .prepare('select event from notice order by rowid')
      .all()
      .map(({ event }) => String(event));
  } finally {
    database.close();
  }
}
