import type { Trigger } from '@trimtab/protocol';
import type { Kysely } from 'kysely';
import type { OpenTrim } from '../ports/store.ts';
import type { Tables } from './tables.ts';

/** Granted again (the agent lost the link before it heard of the first grant): the newer samples are nearer to the first discard. */
export async function insertOpenTrim(db: Kysely<Tables>, trim: OpenTrim): Promise<void> {
  const columns = {
    guest_id: trim.guestId,
    trigger: trim.trigger,
    granted_at: trim.grantedAt,
    before: JSON.stringify(trim.before),
  };
  await db
    .insertInto('open_trim')
    .values({ id: trim.id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function findOpenTrim(db: Kysely<Tables>, id: string): Promise<OpenTrim | null> {
  const row = await db.selectFrom('open_trim').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    guestId: row.guest_id,
    trigger: row.trigger as Trigger,
    grantedAt: row.granted_at,
    before: JSON.parse(row.before) as OpenTrim['before'],
  };
}
