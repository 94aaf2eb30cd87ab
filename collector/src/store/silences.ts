import type { Silence } from '../model/silence.ts';
import type { HostRows } from './tables.ts';

export async function listSilences({ db, hostId }: HostRows): Promise<readonly Silence[]> {
  const rows = await db.selectFrom('silence').select('silence').where('host_id', '=', hostId).orderBy('id').execute();
  return rows.map(({ silence }) => JSON.parse(silence) as Silence);
}

export async function addSilence({ db, hostId }: HostRows, silence: Silence): Promise<void> {
  const text = JSON.stringify(silence);
  await db
    .insertInto('silence')
    .values({ host_id: hostId, id: silence.id, silence: text })
    .onConflict((conflict) => conflict.columns(['host_id', 'id']).doUpdateSet({ silence: text }))
    .execute();
}

export async function removeSilences({ db, hostId }: HostRows, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('silence').where('host_id', '=', hostId).where('id', 'in', ids).execute();
}
