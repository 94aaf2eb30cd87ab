import { Fault } from '@trimtab/protocol/shared';
import pg from 'pg';
import type { SqlConnection, SqlDatabase, SqlStatement } from '../../ports/sql-database.ts';
import { toConfiguration, toSubject } from './address.ts';
import { ask, toAnswer } from './ask.ts';
import { createAttempts, isAway } from './attempts.ts';
import { connectWriter, endWriter } from './writer.ts';

/** Questions that are asked at once: the others wait. */
export const READERS_LIMIT = 4;

/** A connection that nobody has asked by for so long is given up. */
const IDLE_MS = 60_000;

/**
 * A database on a PostgreSQL server, with the rows of this host. Who writes has the one connection of writer.ts, one
 * after the other; who only reads has others. Both are made when they are first needed, and anew after they were cut
 * off. Every error, now or later, is a Fault whose code begins with `store-`.
 */
export function openPostgres({ url, hostId }: { readonly url: string; readonly hostId: string }): SqlDatabase {
  const subject = toSubject(url);
  const attempts = createAttempts({ subject, isForAll: isAway });
  const connecting = createAttempts({ subject, isForAll: () => true });
  let writer: pg.Client | null = null;
  let pool: pg.Pool | null = null;
  /** Settled when the last of those who asked so far has given the connection on. */
  let released = Promise.resolve();

  function drop(client: pg.Client): void {
    if (writer === client) writer = null;
    void client.end().catch(() => {});
  }

  async function openWriter(): Promise<pg.Client> {
    const client = await connectWriter({ url, hostId });
    client.on('error', () => drop(client));
    client.on('end', () => drop(client));
    return client;
  }

  async function connect(): Promise<SqlConnection> {
    const before = released;
    const { promise, resolve } = Promise.withResolvers<void>();
    released = promise;
    await before;
    try {
      const client = writer ?? (await connecting.try(openWriter));
      writer = client;
      return toConnection({ ask: (statement) => askWriter(client, statement), giveOn: resolve });
    } catch (error) {
      resolve();
      throw error;
    }
  }

  async function askWriter(client: pg.Client, statement: SqlStatement): Promise<pg.QueryResult> {
    try {
      return await attempts.try(() => ask(client, statement));
    } catch (error) {
      // The server takes back what was begun.
      if (error instanceof Fault && isAway(error)) drop(client);
      throw error;
    }
  }

  return {
    kind: 'postgres',
    file: null,
    connect,
    async read(statement) {
      pool ??= createPool(url);
      const readers = pool;
      return toAnswer(await attempts.try(() => ask(readers, statement)));
    },
    async close() {
      await released;
      await pool?.end();
      if (writer !== null) await endWriter(writer, hostId);
    },
  };
}

function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ ...toConfiguration(url), max: READERS_LIMIT, idleTimeoutMillis: IDLE_MS });
  // Of one that was cut off while nobody used it: the next is made anew.
  pool.on('error', () => {});
  return pool;
}

function toConnection({
  ask,
  giveOn,
}: {
  ask(statement: SqlStatement): Promise<pg.QueryResult>;
  giveOn(): void;
}): SqlConnection {
  const say = (sql: string) => ask({ sql, parameters: [] });
  return {
    query: async (statement) => toAnswer(await ask(statement)),
    async begin() {
      await say('begin');
    },
    async commit() {
      const { command } = await say('commit');
      // So it answers where a statement had failed (postgresql.org/docs/15/sql-commit.html).
      if (command === 'ROLLBACK')
        throw new Error('a statement of the transaction had failed, so that it was taken back');
      giveOn();
    },
    async rollback() {
      // Where the connection was cut off, the server has done so.
      await say('rollback').catch(() => {});
    },
    release: giveOn,
  };
}
