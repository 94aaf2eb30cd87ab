import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// What a name costs is counted in questions to the database, which no busy machine changes.

let store: Store;
let questions = 0;

beforeEach(async () => {
  store = await createStore({
    database: countQuestions(openSqlDatabase(':memory:')),
    path: ':memory:',
    hostId: 'host' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => randomUUID() as string as GuestId,
  });
});
afterEach(() => store.close());

function countQuestions(database: SqlDatabase): SqlDatabase {
  return {
    ...database,
    read(statement) {
      questions += 1;
      return database.read(statement);
    },
    async connect() {
      const connection = await database.connect();
      return {
        query(query) {
          questions += 1;
          return connection.query(query);
        },
        begin: connection.begin,
        commit: connection.commit,
        rollback: connection.rollback,
        release: connection.release,
      };
    },
  };
}

/** Says hello from the machine of this number, whose hostname all others have too. */
async function sayHello(machine: number) {
  questions = 0;
  const { id, name } = await store.recognise(shownGuest({ machine }));
  return { id, name, questions };
}

const GUESTS = 1_000;
/** What is asked of any guest, and a search that halves what is left. */
const MOST_QUESTIONS = 12 + 2 * Math.log2(GUESTS);

it(`[ST8] ${GUESTS} guests of one hostname are named without a look at each other`, async () => {
  const hellos = [];
  for (let machine = 1; machine <= GUESTS; machine += 1) hellos.push(await sayHello(machine));
  expect(hellos.map(({ name }) => name)).toEqual(['web', ...hellos.slice(1).map((_, index) => `web~${index + 2}`)]);
  expect(Math.max(...hellos.map(({ questions }) => questions))).toBeLessThanOrEqual(MOST_QUESTIONS);

  // The first half goes: a count of those that are left no longer tells where the free names begin.
  for (const { id } of hellos.slice(1, GUESTS / 2)) await store.forgetGuest(id);
  const later = [];
  for (let machine = GUESTS + 1; machine <= GUESTS + 20; machine += 1) later.push(await sayHello(machine));
  expect(Math.max(...later.map(({ questions }) => questions))).toBeLessThanOrEqual(MOST_QUESTIONS);
  expect(new Set((await store.guests()).map(({ name }) => name)).size).toBe(GUESTS / 2 + 1 + 20);
}, 120_000);
