import pg from 'pg';
import type { SqlDatabase } from '../../ports/sql-database.ts';
import { toReadOnly } from '../read-only-database.ts';
import { toConfiguration, toSubject } from './address.ts';
import { ask, toAnswer } from './ask.ts';
import { createAttempts, isAway } from './attempts.ts';

/**
 * The database as it is at the first question, whatever is written to it meanwhile
 * (postgresql.org/docs/15/transaction-iso.html): collectors go on. Every error is a Fault whose code begins with
 * `store-`.
 */
export async function openPostgresSnapshot(url: string): Promise<SqlDatabase> {
  const attempts = createAttempts({ subject: toSubject(url), isForAll: isAway });
  const client = await attempts.try(async () => {
    const opening = new pg.Client(toConfiguration(url));
    // Whoever asks next is told of it.
    opening.on('error', () => {});
    await opening.connect();
    await opening.query('begin isolation level repeatable read read only');
    return opening;
  });
  return toReadOnly({
    kind: 'postgres',
    read: async (statement) => toAnswer(await attempts.try(() => ask(client, statement))),
    close: () => client.end(),
  });
}
