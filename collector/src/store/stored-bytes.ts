import { statement } from './statement.ts';
import type { HostRows, Tables } from './tables.ts';

/** What the trims of this host take, those of strangers apart: in sums that are kept, for nobody counts all rows. */
export interface StoredBytes {
  readonly known: number;
  readonly strangers: number;
}

export async function readBytes({ db, hostId }: HostRows): Promise<StoredBytes> {
  const rows = await selectBytes(db, { hostId });
  const of = (isStranger: number) => rows.find(({ is_stranger }) => is_stranger === isStranger)?.bytes ?? 0;
  return { known: of(0), strangers: of(1) };
}

const selectBytes = statement((db, { hostId }: { readonly hostId: string }) =>
  db.selectFrom('stored_bytes').select(['is_stranger', 'bytes']).where('host_id', '=', hostId),
);

/** One of the two, for a statement that asks for more. */
export function selectBytesOf(
  db: HostRows['db'],
  { hostId, isStranger }: { readonly hostId: string; readonly isStranger: 0 | 1 },
) {
  return db
    .selectFrom('stored_bytes')
    .select('stored_bytes.bytes')
    .where('stored_bytes.host_id', '=', hostId)
    .where('stored_bytes.is_stranger', '=', isStranger);
}

/** In the transaction that changes the trims. */
export async function addBytes(
  { db, hostId }: HostRows,
  { isStranger, bytes }: { readonly isStranger: boolean; readonly bytes: number },
): Promise<void> {
  if (bytes === 0) return;
  await insertBytes(db, { host_id: hostId, is_stranger: isStranger ? 1 : 0, bytes });
}

const insertBytes = statement((db, { host_id, is_stranger, bytes }: Tables['stored_bytes']) =>
  db
    .insertInto('stored_bytes')
    .values({ host_id, is_stranger, bytes })
    .onConflict((conflict) =>
      conflict
        .columns(['host_id', 'is_stranger'])
        .doUpdateSet(({ eb, ref }) => ({ bytes: eb(ref('stored_bytes.bytes'), '+', bytes) })),
    ),
);

/** More would be more than a database takes in one statement. */
const AT_ONCE = 500;

/** With all that hangs on them, which goes with their rows (migration 005). */
export async function deleteTrims(rows: HostRows, numbers: readonly number[]): Promise<void> {
  const { db } = rows;
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    const some = numbers.slice(at, at + AT_ONCE);
    const sums = await db
      .selectFrom('trim')
      .select(({ fn }) => ['is_stranger', fn.sum<number>('bytes').as('bytes')])
      .where('number', 'in', some)
      .groupBy('is_stranger')
      .execute();
    await db.deleteFrom('trim').where('number', 'in', some).execute();
    for (const { is_stranger, bytes } of sums) await addBytes(rows, { isStranger: is_stranger === 1, bytes: -bytes });
  }
}

/** A source of this host knows its guest now. */
export async function makeKnown(rows: HostRows, guestId: string): Promise<void> {
  const { db, hostId } = rows;
  const isMeant = { host_id: hostId, guest_id: guestId, is_stranger: 1 };
  const { bytes } = await db
    .selectFrom('trim')
    .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
    .where((is) => is.and(isMeant))
    .executeTakeFirstOrThrow();
  if (bytes === null) return;
  await db
    .updateTable('trim')
    .set({ is_stranger: 0 })
    .where((is) => is.and(isMeant))
    .execute();
  await addBytes(rows, { isStranger: true, bytes: -bytes });
  await addBytes(rows, { isStranger: false, bytes });
}
