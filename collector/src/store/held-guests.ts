import type { Selectable } from 'kysely';
import type { AskedBy } from '../model/asked-by.ts';
import { type GuestKey, type GuestKeysStore, HELD_KEPT, type HeldGuest } from '../ports/store/guest-keys.ts';
import type { HostRows, Tables } from './tables.ts';

type Call<Name extends keyof GuestKeysStore> = Parameters<GuestKeysStore[Name]>[0];

const NOT_APPROVED = { approved_by: null, approved_name: null };
const NOT_DISMISSED = { is_dismissed: 0 };

/** In one transaction with those that go for it, rule [GK8]. */
export function holdGuest(
  { db, hostId, newId }: HostRows & { newId(): string },
  seen: Call<'hold'>,
): Promise<HeldGuest> {
  const mark = toMark(seen);
  return db.transaction().execute(async (transaction) => {
    const own = transaction.selectFrom('held_guest').where('host_id', '=', hostId);
    const { last } = await own
      .select(({ fn }) => fn.max<number | null>('seen_number').as('last'))
      .executeTakeFirstOrThrow();
    const columns = {
      seen_number: Number(last ?? 0) + 1,
      enrolment_id: seen.enrolment,
      boot_id: seen.bootId,
      hostname: seen.hostname,
      address: seen.address,
      reason: seen.reason,
      last_at: seen.lastAt,
    };
    const before = await own.select(['boot_id', 'reason']).where('mark', '=', mark).executeTakeFirst();
    const changes = before === undefined ? {} : await takeBack({ db: transaction, hostId }, { before, seen });
    const row = await transaction
      .insertInto('held_guest')
      .values({
        host_id: hostId,
        id: newId(),
        mark,
        key: seen.key,
        product_uuid: seen.productUuid,
        machine_id: seen.machineId,
        first_at: seen.lastAt,
        ...NOT_DISMISSED,
        ...NOT_APPROVED,
        ...columns,
      })
      .onConflict((conflict) => conflict.columns(['host_id', 'mark']).doUpdateSet({ ...columns, ...changes }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const surplus = await own
      .select('seen_number')
      .where('approved_by', 'is', null)
      .orderBy('seen_number', 'desc')
      .offset(HELD_KEPT)
      .limit(1)
      .executeTakeFirst();
    if (surplus !== undefined)
      await transaction
        .deleteFrom('held_guest')
        .where('host_id', '=', hostId)
        .where('approved_by', 'is', null)
        .where('seen_number', '<=', surplus.seen_number)
        .execute();
    return toHeldGuest(row);
  });
}

/** What a person said of it, where that was of another: the columns that say so. */
async function takeBack(
  { db, hostId }: HostRows,
  {
    before,
    seen,
  }: { readonly before: Pick<Selectable<Tables['held_guest']>, 'boot_id' | 'reason'>; readonly seen: Call<'hold'> },
): Promise<Partial<typeof NOT_APPROVED & typeof NOT_DISMISSED>> {
  // Whoever shows the same in another boot may be the original: a person's word was for the one that was there.
  const isOtherBoot = before.boot_id !== seen.bootId;
  const approved = isOtherBoot ? NOT_APPROVED : {};
  if (before.reason !== seen.reason) return { ...approved, ...NOT_DISMISSED };
  if (!isOtherBoot) return {};
  // A copy that says another UUID than its original is that copy in each of its boots.
  const original = await db
    .selectFrom('guest_key')
    .select('product_uuid')
    .where('host_id', '=', hostId)
    .where('key', '=', seen.key)
    .executeTakeFirst();
  return original?.product_uuid === seen.productUuid ? { ...approved, ...NOT_DISMISSED } : approved;
}

export async function listHeld({ db, hostId }: HostRows): Promise<readonly HeldGuest[]> {
  const rows = await db
    .selectFrom('held_guest')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('seen_number', 'desc')
    .execute();
  return rows.map(toHeldGuest);
}

/** Also one that was dismissed. */
export async function approveHeld({ db, hostId }: HostRows, { held, by, name }: Call<'approve'>): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('held_guest')
    .set({ approved_by: JSON.stringify(by), approved_name: name, ...NOT_DISMISSED })
    .where('host_id', '=', hostId)
    .where('id', '=', held)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Also one that was approved, as long as it has not come. */
export async function dismissHeld({ db, hostId }: HostRows, held: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('held_guest')
    .set({ ...NOT_APPROVED, is_dismissed: 1 })
    .where('host_id', '=', hostId)
    .where('id', '=', held)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** It is let in, and held no more. In a transaction of the caller's. */
export async function takeApproved({ db, hostId }: HostRows, held: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('held_guest')
    .where('host_id', '=', hostId)
    .where('id', '=', held)
    .where('approved_by', 'is not', null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Those that say what this key's guest says: it is in, and nobody need decide of them. In a transaction of the caller's. */
export async function endHeldBy(
  { db, hostId }: HostRows,
  { key, productUuid, machineId }: Pick<GuestKey, 'key' | 'productUuid' | 'machineId'>,
): Promise<void> {
  await db
    .deleteFrom('held_guest')
    .where('host_id', '=', hostId)
    .where((row) => {
      const shows = row('mark', '=', toMark({ key, productUuid, machineId }));
      // Who says nothing of himself says what all others say who do so.
      if (productUuid === null && machineId === null) return shows;
      const says = row.and([
        row('approved_by', 'is', null),
        productUuid === null ? row('product_uuid', 'is', null) : row('product_uuid', '=', productUuid),
        machineId === null ? row('machine_id', 'is', null) : row('machine_id', '=', machineId),
      ]);
      return row.or([shows, says]);
    })
    .execute();
}

/** Those that show keys of these guests. In the transaction in which the guests go. */
export async function removeHeldOf({ db, hostId }: HostRows, guests: readonly string[]): Promise<void> {
  await db
    .deleteFrom('held_guest')
    .where('host_id', '=', hostId)
    .where('key', 'in', (key) =>
      key.selectFrom('guest_key').select('guest_key.key').where('host_id', '=', hostId).where('guest_id', 'in', guests),
    )
    .execute();
}

function toMark({ key, productUuid, machineId }: Pick<HeldGuest, 'key' | 'productUuid' | 'machineId'>): string {
  return JSON.stringify([key, productUuid, machineId]);
}

function toHeldGuest(row: Selectable<Tables['held_guest']>): HeldGuest {
  return {
    id: row.id,
    key: row.key,
    enrolment: row.enrolment_id,
    productUuid: row.product_uuid,
    machineId: row.machine_id,
    bootId: row.boot_id,
    hostname: row.hostname,
    address: row.address,
    reason: row.reason,
    firstAt: row.first_at,
    lastAt: row.last_at,
    approvedBy: row.approved_by === null ? null : (JSON.parse(row.approved_by) as AskedBy),
    approvedName: row.approved_name,
    isDismissed: row.is_dismissed !== 0,
  };
}
