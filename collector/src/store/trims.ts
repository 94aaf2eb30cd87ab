import type { Selectable } from 'kysely';
import { type Amendment, amendTrim } from '../model/amend-trim.ts';
import type { AskedBy } from '../model/asked-by.ts';
import type { TrimKey } from '../model/trim-key.ts';
import type { TrimResult } from '../model/trim-result.ts';
import { summarise } from '../model/trim-summary.ts';
import type { ClosedTrim } from '../ports/store/trims.ts';
import { keepBounds } from './keep-bounds.ts';
import { deleteOpenTrim, findOpenTrim, updateOpenTrim } from './open-trims.ts';
import { guestForgotten, selectOwner, toOwner } from './owner.ts';
import { statement } from './statement.ts';
import { addBytes } from './stored-bytes.ts';
import type { HostRows, StoredKey, Tables } from './tables.ts';
import { toRow } from './trim-rows.ts';
import { packTrim, repackTrim, unpackResult } from './whole-trims.ts';

/**
 * One transaction: the trim is stored and no longer open, or neither. `onOver`: of this guest, or of all, more is stored
 * than may be, by more than one transaction lets go.
 */
export async function closeTrim(
  {
    db,
    hostId,
    mostBytes,
    onOver,
  }: HostRows & { readonly mostBytes: number; readonly onOver: (guestId: string) => void },
  closed: ClosedTrim,
): Promise<TrimResult> {
  let isOver = false;
  const closing = db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const { guestId, report } = closed;
    const result = await withAskedBy(rows, closed);
    const [known] = await selectKnown(transaction, { hostId, guestId, id: result.id });
    // Rule [ST18].
    if (known === undefined && report !== null) throw guestForgotten(guestId);
    const before = toStored(known);
    const isExpected = before !== null || report !== null || (await findOpenTrim(rows, { guestId, id: result.id }));
    if (known === undefined || !isExpected) return result;
    const owner = toOwner(known);
    // Rules [ST1] and [ST14].
    const isNew = before === null || (report !== null && before.is_reported === 0);
    if (isNew) {
      const { isStranger } = owner;
      const number = await saveTrim(rows, {
        closed: { ...closed, result },
        isStranger,
        number: before?.number ?? null,
      });
      if (before !== null) await addBytes(rows, { isStranger: before.is_stranger === 1, bytes: -before.bytes });
      const cuts = await keepBounds(rows, { guest: { id: guestId, isStranger }, spared: number, mostBytes });
      isOver = cuts.some(({ isFull }) => isFull);
    }
    await endOpenTrim(rows, closed);
    const stored = isNew ? result : await findTrim(rows, { guestId, id: result.id });
    return { ...(stored ?? result), guest: owner.name };
  });
  const stored = await closing;
  if (isOver) onOver(closed.guestId);
  return stored;
}

/** Rule [ST21]: of a job of this guest alone, whatever id the guest says. */
async function withAskedBy({ db, hostId }: HostRows, { guestId, result }: ClosedTrim): Promise<TrimResult> {
  const { requestId } = result;
  if (requestId === null) return result;
  const [job] = await selectAskedBy(db, { hostId, guestId, id: requestId });
  return job === undefined ? result : { ...result, askedBy: JSON.parse(job.asked_by) as AskedBy };
}

const selectAskedBy = statement((db, { hostId, guestId, id }: Record<'hostId' | 'guestId' | 'id', string>) =>
  db
    .selectFrom('job')
    .select('asked_by')
    .where('host_id', '=', hostId)
    .where('id', '=', id)
    .where('guest_id', '=', guestId),
);

/** The guest, with what is stored of this trim of it. */
const selectKnown = statement((db, { hostId, guestId, id }: StoredKey) =>
  selectOwner(db, { hostId, guestId })
    .leftJoin('trim', (join) =>
      join.onRef('trim.host_id', '=', 'guest.host_id').onRef('trim.guest_id', '=', 'guest.id').on('trim.id', '=', id),
    )
    .select(['trim.number', 'trim.is_reported', 'trim.is_stranger', 'trim.bytes']),
);

/** All of these are null where nothing is stored. */
type Stored = Pick<Selectable<Tables['trim']>, 'number' | 'is_reported' | 'is_stranger' | 'bytes'>;

function toStored(row: { readonly [Column in keyof Stored]: Stored[Column] | null } | undefined): Stored | null {
  return row === undefined || row.number === null ? null : (row as Stored);
}

/** Under a number of its own, or in the place of the trim of this number. */
async function saveTrim(
  rows: HostRows,
  trim: { readonly closed: ClosedTrim; readonly isStranger: boolean; readonly number: number | null },
): Promise<number> {
  const { db, hostId } = rows;
  const { guestId, report, result, storedAt } = trim.closed;
  const { isStranger } = trim;
  const whole = packTrim({ report, result });
  const row = toRow({ hostId, guestId, storedAt, isStranger, summary: summarise(result), whole });
  const number = trim.number ?? (await drawNumber(db, row));
  if (trim.number !== null) await updateTrim(db, { ...row, number });
  await putWhole(db, { number, whole });
  await addBytes(rows, { isStranger, bytes: row.bytes });
  for (const { device } of result.disks) await putLast(db, { host_id: hostId, guest_id: guestId, device, number });
  return number;
}

type TrimRow = ReturnType<typeof toRow>;

async function drawNumber(db: HostRows['db'], row: TrimRow): Promise<number> {
  const [inserted] = await insertTrim(db, row);
  if (inserted === undefined) throw new Error('a trim was stored, and the database does not say under which number');
  return inserted.number;
}

const insertTrim = statement((db, row: TrimRow) =>
  db
    .insertInto('trim')
    .values({
      id: row.id,
      host_id: row.host_id,
      guest_id: row.guest_id,
      stored_at: row.stored_at,
      is_reported: row.is_reported,
      is_stranger: row.is_stranger,
      bytes: row.bytes,
      summary: row.summary,
    })
    .returning('number'),
);

/** When it was first stored stays. */
const updateTrim = statement((db, row: TrimRow & { readonly number: number }) =>
  db
    .updateTable('trim')
    .set({
      is_reported: row.is_reported,
      is_stranger: row.is_stranger,
      bytes: row.bytes,
      summary: row.summary,
    })
    .where('number', '=', row.number),
);

const putWhole = statement((db, { number, whole }: Tables['whole_trim']) =>
  db
    .insertInto('whole_trim')
    .values({ number, whole })
    .onConflict((conflict) => conflict.column('number').doUpdateSet({ whole })),
);

const putLast = statement((db, { host_id, guest_id, device, number }: Tables['last_trim']) =>
  db
    .insertInto('last_trim')
    .values({ host_id, guest_id, device, number })
    .onConflict((conflict) => conflict.columns(['host_id', 'guest_id', 'device']).doUpdateSet({ number })),
);

/** Rules [ST3] and [ST15]. */
async function endOpenTrim({ db, hostId }: HostRows, closed: ClosedTrim): Promise<void> {
  const { guestId, report, result, after } = closed;
  const trim = { hostId, guestId, id: result.id };
  if (report !== null) await deleteOpenTrim(db, trim);
  else await updateOpenTrim(db, { ...trim, after: JSON.stringify(after) });
}

/** One transaction: of two amendments at once, one is stored. */
export async function storeAmendment({ db, hostId }: HostRows, amendment: Amendment): Promise<TrimResult | null> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const { guestId, id } = amendment;
    const [stored] = await selectWhole(transaction, { hostId, guestId, id });
    const amended = stored === undefined ? null : amendTrim(toResult(stored), amendment);
    if (stored === undefined || amended === null) return null;
    const { number, is_stranger, bytes } = stored;
    const whole = repackTrim(stored.whole, amended);
    const isStranger = is_stranger === 1;
    const summary = summarise(amended);
    const row = toRow({ hostId, guestId, storedAt: 0, isStranger, summary, whole });
    await transaction
      .updateTable('trim')
      .set({ summary: row.summary, bytes: row.bytes })
      .where('number', '=', number)
      .execute();
    await transaction.updateTable('whole_trim').set({ whole }).where('number', '=', number).execute();
    await addBytes(rows, { isStranger, bytes: row.bytes - bytes });
    return amended;
  });
}

export async function findTrim({ db, hostId }: HostRows, { guestId, id }: TrimKey): Promise<TrimResult | null> {
  const [stored] = await selectWhole(db, { hostId, guestId, id });
  return stored === undefined ? null : toResult(stored);
}

/** With the name that its guest has now; null where the guest's own row was lost. */
const selectWhole = statement((db, { hostId, guestId, id }: StoredKey) =>
  db
    .selectFrom('trim')
    .innerJoin('whole_trim', 'whole_trim.number', 'trim.number')
    .leftJoin('guest', 'guest.id', 'trim.guest_id')
    .select(['trim.number', 'trim.is_stranger', 'trim.bytes', 'whole_trim.whole', 'guest.name as guest'])
    .where('trim.host_id', '=', hostId)
    .where('trim.guest_id', '=', guestId)
    .where('trim.id', '=', id),
);

function toResult({ whole, guest }: { readonly whole: Uint8Array; readonly guest: string | null }): TrimResult {
  const stored = unpackResult(whole);
  return guest === null ? stored : { ...stored, guest };
}
