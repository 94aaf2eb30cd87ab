import type { Selectable } from 'kysely';
import type { AskedBy } from '../model/asked-by.ts';
import { ENROLMENTS_KEPT, type Enrolment, type Spending } from '../ports/store/enrolments.ts';
import type { HostRows, Tables } from './tables.ts';

/** In one transaction with what goes for it, rule [EN2]. */
export async function addEnrolment({ db, hostId }: HostRows, made: Omit<Enrolment, 'uses'>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const own = transaction.selectFrom('enrolment').where('host_id', '=', hostId);
    const { last } = await own.select(({ fn }) => fn.max<number | null>('number').as('last')).executeTakeFirstOrThrow();
    const number = Number(last ?? 0) + 1;
    await transaction
      .insertInto('enrolment')
      .values({
        host_id: hostId,
        id: made.id,
        number,
        key: made.key,
        guest: made.guest,
        most_uses: made.mostUses,
        uses: 0,
        made_at: made.madeAt,
        expires_at: made.expiresAt,
        made_by: JSON.stringify(made.madeBy),
      })
      .execute();
    const surplus = await own
      .select('number')
      .where(({ or, eb, ref }) => or([eb('expires_at', '<=', made.madeAt), eb('uses', '>=', ref('most_uses'))]))
      .orderBy('number', 'desc')
      .offset(ENROLMENTS_KEPT)
      .limit(1)
      .executeTakeFirst();
    if (surplus === undefined) return;
    await transaction
      .deleteFrom('enrolment')
      .where('host_id', '=', hostId)
      .where('number', '<=', surplus.number)
      .where(({ or, eb, ref }) => or([eb('expires_at', '<=', made.madeAt), eb('uses', '>=', ref('most_uses'))]))
      .execute();
  });
}

export async function listEnrolments({ db, hostId }: HostRows, nowMs: number): Promise<readonly Enrolment[]> {
  const rows = await db
    .selectFrom('enrolment')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('expires_at', '>', nowMs)
    .whereRef('uses', '<', 'most_uses')
    .orderBy('number', 'desc')
    .execute();
  return rows.map(toEnrolment);
}

export async function findEnrolment({ db, hostId }: HostRows, key: string): Promise<Enrolment | null> {
  const row = await db
    .selectFrom('enrolment')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : toEnrolment(row);
}

export async function withdrawEnrolment({ db, hostId }: HostRows, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('enrolment')
    .where('host_id', '=', hostId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Those for the same name that still let in, rule [EN5]; in a transaction of the caller's. */
export async function withdrawOthers(
  { db, hostId }: HostRows,
  { enrolment: { id, guest }, nowMs }: { readonly enrolment: Enrolment; readonly nowMs: number },
): Promise<void> {
  if (guest === null) return;
  await db
    .deleteFrom('enrolment')
    .where('host_id', '=', hostId)
    .where('guest', '=', guest)
    .where('id', '!=', id)
    .where('expires_at', '>', nowMs)
    .whereRef('uses', '<', 'most_uses')
    .execute();
}

/** One use, in a transaction of the caller's. */
export async function spendEnrolment(
  rows: HostRows,
  { enrolment, nowMs }: { readonly enrolment: Enrolment; readonly nowMs: number },
): Promise<Spending> {
  if (enrolment.expiresAt <= nowMs) return 'expired';
  if (enrolment.uses >= enrolment.mostUses) return 'used';
  await rows.db
    .updateTable('enrolment')
    .set({ uses: enrolment.uses + 1 })
    .where('host_id', '=', rows.hostId)
    .where('id', '=', enrolment.id)
    .execute();
  return 'ok';
}

function toEnrolment(row: Selectable<Tables['enrolment']>): Enrolment {
  return {
    id: row.id,
    key: row.key,
    guest: row.guest,
    mostUses: row.most_uses,
    uses: row.uses,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    madeBy: JSON.parse(row.made_by) as AskedBy,
  };
}
