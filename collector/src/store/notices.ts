import type { Kysely } from 'kysely';
import type { Alert, Notice } from '../model/alert.ts';
import type { AddedNotice, DeliveryKey, Pending } from '../ports/store/notices.ts';
import type { HostRows, Tables } from './tables.ts';

/** One transaction: all of them are stored, or nothing. */
export async function addNotices({ db, hostId }: HostRows, added: readonly AddedNotice[]): Promise<readonly Notice[]> {
  if (added.length === 0) return [];
  return db.transaction().execute(async (transaction) => {
    const { last } = await transaction
      .selectFrom('notice')
      .select(({ fn }) => fn.max<number | null>('number').as('last'))
      .where('host_id', '=', hostId)
      .executeTakeFirstOrThrow();
    const fresh: Notice[] = [];
    for (const [index, one] of added.entries()) {
      const number = Number(last ?? 0) + 1 + index;
      if (await addNotice({ db: transaction, hostId }, { ...one, number })) fresh.push(one.notice);
    }
    return fresh;
  });
}

/** False where its id was known. */
async function addNotice(
  { db, hostId }: HostRows,
  { notice, senders, postedAt, number }: AddedNotice & { readonly number: number },
): Promise<boolean> {
  const added = await db
    .insertInto('notice')
    .values({
      host_id: hostId,
      id: notice.id,
      number,
      alert_id: notice.alert.id,
      event: notice.event,
      posted_at: postedAt,
      notice: JSON.stringify(notice),
    })
    .onConflict((conflict) => conflict.columns(['host_id', 'id']).doNothing())
    .executeTakeFirst();
  if (Number(added.numInsertedOrUpdatedRows ?? 0) === 0) return false;
  for (const sender of senders)
    await db.insertInto('delivery').values({ host_id: hostId, notice_id: notice.id, sender }).execute();
  return true;
}

export async function listPending({ db, hostId }: HostRows): Promise<readonly Pending[]> {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('notice', (join) =>
      join.onRef('notice.host_id', '=', 'delivery.host_id').onRef('notice.id', '=', 'delivery.notice_id'),
    )
    .select(['delivery.sender', 'notice.notice', 'notice.posted_at'])
    .where('delivery.host_id', '=', hostId)
    .orderBy('notice.number')
    .execute();
  return rows.map(({ sender, notice, posted_at }) => ({
    sender,
    notice: JSON.parse(notice) as Notice,
    postedAt: Number(posted_at),
  }));
}

export async function endDeliveries({ db, hostId }: HostRows, ended: readonly DeliveryKey[]): Promise<void> {
  if (ended.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    for (const { sender, noticeId } of ended)
      await transaction
        .deleteFrom('delivery')
        .where('host_id', '=', hostId)
        .where('notice_id', '=', noticeId)
        .where('sender', '=', sender)
        .execute();
  });
}

export async function listStanding({ db, hostId }: HostRows): Promise<readonly Alert[]> {
  const rows = await newestOfAlerts(db)
    .select('notice.notice')
    .where('notice.host_id', '=', hostId)
    .where('notice.event', 'in', ['start', 'reminder'])
    .orderBy('notice.number')
    .execute();
  return rows.map(({ notice }) => (JSON.parse(notice) as Notice).alert);
}

export async function forgetNotices({ db, hostId }: HostRows, postedBefore: number): Promise<void> {
  await db
    .deleteFrom('notice')
    .where('host_id', '=', hostId)
    .where('posted_at', '<', postedBefore)
    .where('id', 'not in', db.selectFrom('delivery').select('notice_id').where('host_id', '=', hostId))
    .where(
      'id',
      'not in',
      newestOfAlerts(db)
        .select('notice.id')
        .where('notice.host_id', '=', hostId)
        .where('notice.event', 'in', ['start', 'reminder']),
    )
    .execute();
}

/** The notice that was added last of each alert. */
function newestOfAlerts(db: Kysely<Tables>) {
  return db
    .selectFrom('notice')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('notice as newer')
            .select('newer.id')
            .whereRef('newer.host_id', '=', 'notice.host_id')
            .whereRef('newer.alert_id', '=', 'notice.alert_id')
            .whereRef('newer.number', '>', 'notice.number'),
        ),
      ),
    );
}
