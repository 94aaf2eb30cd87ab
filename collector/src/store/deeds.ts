import type { Deed } from '../model/deed.ts';
import { DEEDS_KEPT } from '../ports/store/deeds.ts';
import type { HostRows } from './tables.ts';

export async function addDeed({ db, hostId }: HostRows, deed: Deed): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { last } = await transaction
      .selectFrom('deed')
      .select(({ fn }) => fn.max<number | null>('number').as('last'))
      .where('host_id', '=', hostId)
      .executeTakeFirstOrThrow();
    const number = Number(last ?? 0) + 1;
    await transaction
      .insertInto('deed')
      .values({ host_id: hostId, number, deed: JSON.stringify(deed) })
      .execute();
    await transaction
      .deleteFrom('deed')
      .where('host_id', '=', hostId)
      .where('number', '<=', number - DEEDS_KEPT)
      .execute();
  });
}

export async function listDeeds({ db, hostId }: HostRows, limit: number): Promise<readonly Deed[]> {
  const rows = await db
    .selectFrom('deed')
    .select('deed')
    .where('host_id', '=', hostId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ deed }) => JSON.parse(deed) as Deed);
}
