import type { Selectable } from 'kysely';
import type { AskedBy } from '../model/asked-by.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { Spending } from '../ports/store/enrolments.ts';
import type { GuestKey, GuestKeysStore, NewGuestKey } from '../ports/store/guest-keys.ts';
import { findEnrolment, spendEnrolment, withdrawOthers } from './enrolments.ts';
import { endHeldBy, takeApproved } from './held-guests.ts';
import { statement } from './statement.ts';
import { makeKnown } from './stored-bytes.ts';
import type { HostRows, Tables } from './tables.ts';

type Call<Name extends keyof GuestKeysStore> = Parameters<GuestKeysStore[Name]>[0];

export async function findKey(rows: HostRows, key: string): Promise<GuestKey | null> {
  const row = await findRow(rows, key);
  return row === null ? null : toGuestKey(row);
}

export async function listKeys({ db, hostId }: HostRows, guest?: GuestId): Promise<readonly GuestKey[]> {
  const all = db.selectFrom('guest_key').selectAll().where('host_id', '=', hostId).orderBy('number');
  const rows = await (guest === undefined ? all : all.where('guest_id', '=', guest)).execute();
  return rows.map(toGuestKey);
}

/** Rules [EN1], [EN5], [GK2] and [GK6]: all in one transaction. */
export function joinByToken({ db, hostId }: HostRows, { key, enrolment, nowMs }: Call<'join'>): Promise<Spending> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const known = await findRow(rows, key.key);
    const token = await findEnrolment(rows, enrolment);
    if (token === null || (known !== null && known.revoked_at !== null)) return 'unknown';
    if (known?.enrolment_id === token.id && known.guest_id === key.guest) return 'ok';
    const spending = known?.enrolment_id === token.id ? 'ok' : await spendEnrolment(rows, { enrolment: token, nowMs });
    if (spending !== 'ok') return spending;
    await withdrawOthers(rows, { enrolment: token, nowMs });
    await putKey(rows, { key, enrolmentId: token.id });
    await endHeldBy(rows, key);
    const by = JSON.stringify({ kind: 'enrolment', id: token.id } satisfies AskedBy);
    await transaction
      .updateTable('guest_key')
      .set({ revoked_by: by, revoked_at: nowMs })
      .where('host_id', '=', hostId)
      .where('guest_id', '=', key.guest)
      .where('key', '!=', key.key)
      .where('revoked_at', 'is', null)
      .execute();
    return 'ok';
  });
}

export function admitHeld({ db, hostId }: HostRows, { key, held }: Call<'admit'>): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    if (!(await takeApproved(rows, held))) return false;
    await putKey(rows, { key, enrolmentId: null });
    await endHeldBy(rows, key);
    return true;
  });
}

/** Also a revoked one: it is to stay out. */
export function restoreKey({ db, hostId }: HostRows, key: GuestKey): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    if ((await findRow(rows, key.key)) !== null) return false;
    await putKey(rows, { key, enrolmentId: key.joinedBy.kind === 'enrolment' ? key.joinedBy.id : null });
    await transaction
      .updateTable('guest_key')
      .set({
        revoked_by: key.revokedBy === null ? null : JSON.stringify(key.revokedBy),
        revoked_at: key.revokedAt,
        learned_pins: JSON.stringify(key.learnedPins),
      })
      .where('host_id', '=', hostId)
      .where('key', '=', key.key)
      .execute();
    return true;
  });
}

async function putKey(
  rows: HostRows,
  { key, enrolmentId }: { readonly key: NewGuestKey; readonly enrolmentId: string | null },
): Promise<void> {
  const { db, hostId } = rows;
  const { last } = await db
    .selectFrom('guest_key')
    .select(({ fn }) => fn.max<number | null>('number').as('last'))
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  const columns = {
    number: Number(last ?? 0) + 1,
    guest_id: key.guest,
    product_uuid: key.productUuid,
    machine_id: key.machineId,
    joined_at: key.joinedAt,
    joined_by: JSON.stringify(key.joinedBy),
    enrolment_id: enrolmentId,
  };
  await db
    .insertInto('guest_key')
    .values({ host_id: hostId, key: key.key, revoked_by: null, revoked_at: null, learned_pins: '[]', ...columns })
    .onConflict((conflict) => conflict.columns(['host_id', 'key']).doUpdateSet(columns))
    .execute();
  // Rule [GK7].
  await makeKnown(rows, key.guest);
}

export async function revokeKeys({ db, hostId }: HostRows, { guest, by, nowMs }: Call<'revoke'>): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('guest_key')
    .set({ revoked_by: JSON.stringify(by), revoked_at: nowMs })
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guest)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Not those that a newer key of the guest has taken the place of, rule [GK6]. */
export function reinstateKeys({ db, hostId }: HostRows, { guest }: Call<'reinstate'>): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const keys = await listKeys(rows, guest);
    const meant = keys.filter(({ revokedBy }) => revokedBy !== null && revokedBy.kind !== 'enrolment');
    if (meant.length === 0) return 0;
    await transaction
      .updateTable('guest_key')
      .set({ revoked_by: null, revoked_at: null })
      .where('host_id', '=', hostId)
      .where(
        'key',
        'in',
        meant.map(({ key }) => key),
      )
      .execute();
    for (const key of meant) await endHeldBy(rows, key);
    return meant.length;
  });
}

export async function keepLearned({ db, hostId }: HostRows, { key, pins }: Call<'learned'>): Promise<void> {
  await db
    .updateTable('guest_key')
    .set({ learned_pins: JSON.stringify(pins) })
    .where('host_id', '=', hostId)
    .where('key', '=', key)
    .execute();
}

type Row = Selectable<Tables['guest_key']>;

async function findRow({ db, hostId }: HostRows, key: string): Promise<Row | null> {
  const [row] = await selectRow(db, { hostId, key });
  return row ?? null;
}

const selectRow = statement((db, { hostId, key }: { readonly hostId: string; readonly key: string }) =>
  db.selectFrom('guest_key').selectAll().where('host_id', '=', hostId).where('key', '=', key),
);

function toGuestKey(row: Row): GuestKey {
  return {
    key: row.key,
    guest: row.guest_id as GuestId,
    productUuid: row.product_uuid,
    machineId: row.machine_id,
    state: row.revoked_at === null ? 'active' : 'revoked',
    joinedAt: row.joined_at,
    joinedBy: JSON.parse(row.joined_by) as AskedBy,
    revokedBy: row.revoked_by === null ? null : (JSON.parse(row.revoked_by) as AskedBy),
    revokedAt: row.revoked_at,
    learnedPins: JSON.parse(row.learned_pins) as readonly string[],
  };
}
