import pg from 'pg';
import { LOCK_LIMIT_MS, toConfiguration } from './address.ts';

/**
 * The one connection over which a collector writes. It holds a lock on the rows of its host for as long as it lives, so
 * that nobody else changes them: what is right on a database with one writer is right here. The server gives the lock
 * up by itself when the connection ends, and it sees soon that the collector's host is gone.
 */
export async function connectWriter({ url, hostId }: { url: string; hostId: string }): Promise<pg.Client> {
  const client = new pg.Client(toConfiguration(url));
  // Whoever asks next is told of it; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`select set_config('lock_timeout', '${LOCK_LIMIT_MS}', false),
      set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '10', false),
      set_config('tcp_keepalives_count', '3', false), set_config('synchronous_commit', 'on', false)`);
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lockOf(hostId)]);
    return client;
  } catch (error) {
    void client.end().catch(() => {});
    throw error;
  }
}

/** Lets the rows of the host go before the connection ends: who waits for them would find them held a moment longer. */
export async function endWriter(client: pg.Client, hostId: string): Promise<void> {
  await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lockOf(hostId)]).catch(() => {});
  await client.end().catch(() => {});
}

const lockOf = (hostId: string): string => `trimtab ${hostId}`;
