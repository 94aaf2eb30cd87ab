import type { Kysely } from 'kysely';
import type { GuestId } from '../model/guest-id.ts';
import type { GuestRecord } from '../ports/store/guests.ts';
import type { Store } from '../ports/store/store.ts';
import type { Tables } from './tables.ts';

export async function rememberGuest(
  db: Kysely<Tables>,
  { id, name, agentVersion, seenAt }: Parameters<Store['rememberGuest']>[0],
): Promise<void> {
  await db
    .insertInto('guest')
    .values({ id, name, agent_version: agentVersion, first_seen_at: seenAt, last_seen_at: seenAt })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ name, agent_version: agentVersion, last_seen_at: seenAt }),
    )
    .execute();
}

/** By name. */
export async function listGuests(db: Kysely<Tables>): Promise<readonly GuestRecord[]> {
  const rows = await db.selectFrom('guest').selectAll().orderBy('name').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id as GuestId,
    name: row.name,
    agentVersion: row.agent_version,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }));
}
