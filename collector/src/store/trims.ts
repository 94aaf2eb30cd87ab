import { type Amendment, amendTrim } from '../model/amend-trim.ts';
import type { TrimKey } from '../model/trim-key.ts';
import { TRIMS_KEPT, type TrimResult } from '../model/trim-result.ts';
import type { ClosedTrim, ClosedTrimsQuery } from '../ports/store/trims.ts';
import { findOpenTrim } from './open-trims.ts';
import type { HostRows, TrimTable } from './tables.ts';

/** One transaction: the trim is stored and no longer open, or neither. */
export async function closeTrim({ db, hostId }: HostRows, closed: ClosedTrim): Promise<TrimResult> {
  const { guestId, report, result, storedAt } = closed;
  const { id } = result;
  const row = {
    id,
    host_id: hostId,
    guest_id: guestId,
    started_at: report?.startedAt ?? Date.parse(result.startedAt),
    stored_at: storedAt,
    report: JSON.stringify(report),
    result: JSON.stringify(result),
  };
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    // Rule [ST18].
    const mayStore = report !== null || (await findOpenTrim(rows, { guestId, id })) !== null;
    if (mayStore)
      await transaction
        .insertInto('trim')
        .values(row)
        .onConflict((conflict) => conflict.columns(['host_id', 'guest_id', 'id']).doNothing())
        .execute();
    if (report !== null) await completeTrim(rows, row);
    await endOpenTrim(rows, closed);
    await forgetOldTrims(rows, { guestId, id });
    return (await findTrim(rows, { guestId, id })) ?? result;
  });
}

/** One transaction: of two amendments at once, one is stored. */
export async function storeAmendment({ db, hostId }: HostRows, amendment: Amendment): Promise<TrimResult | null> {
  return db.transaction().execute(async (transaction) => {
    const { guestId, id } = amendment;
    const row = await selectTrim({ db: transaction, hostId }, amendment).executeTakeFirst();
    const amended = row === undefined ? null : amendTrim(toResult(row), amendment);
    if (amended === null) return null;
    await transaction
      .updateTable('trim')
      .set({ result: JSON.stringify(amended) })
      .where('host_id', '=', hostId)
      .where('guest_id', '=', guestId)
      .where('id', '=', id)
      .execute();
    return amended;
  });
}

/** Rule [ST14]. */
async function completeTrim(
  { db, hostId }: HostRows,
  { id, guest_id, started_at, report, result }: Omit<TrimTable, 'host_id' | 'stored_at'>,
): Promise<void> {
  await db
    .updateTable('trim')
    .set({ started_at, report, result })
    .where('host_id', '=', hostId)
    .where('id', '=', id)
    .where('guest_id', '=', guest_id)
    .where('report', '=', NO_REPORT)
    .execute();
}

const NO_REPORT = JSON.stringify(null);

/** Rules [ST3] and [ST15]. */
async function endOpenTrim({ db, hostId }: HostRows, closed: ClosedTrim): Promise<void> {
  const { guestId, report, result, after } = closed;
  const isMeant = { host_id: hostId, guest_id: guestId, id: result.id };
  if (report !== null)
    await db
      .deleteFrom('open_trim')
      .where((is) => is.and(isMeant))
      .execute();
  else
    await db
      .updateTable('open_trim')
      .set({ after: JSON.stringify(after) })
      .where((is) => is.and(isMeant))
      .execute();
}

async function forgetOldTrims({ db, hostId }: HostRows, { guestId, id: newest }: TrimKey): Promise<void> {
  const kept = db
    .selectFrom('trim')
    .select('id')
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .orderBy('stored_at', 'desc')
    .orderBy('started_at', 'desc')
    .limit(TRIMS_KEPT);
  await db
    .deleteFrom('trim')
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .where('id', 'not in', kept)
    .where('id', '!=', newest)
    .execute();
}

export async function findTrim(rows: HostRows, trim: TrimKey): Promise<TrimResult | null> {
  const row = await selectTrim(rows, trim).executeTakeFirst();
  return row === undefined ? null : toResult(row);
}

/** An id is hexadecimal digits and `-`, which all come before `g`. */
export async function findTrims(
  rows: HostRows,
  { beginning, limit }: { readonly beginning: string; readonly limit: number },
): Promise<readonly TrimResult[]> {
  const found = await selectTrims(rows)
    .where('trim.id', '>=', beginning)
    .where('trim.id', '<', `${beginning}g`)
    .orderBy('trim.stored_at')
    .limit(limit)
    .execute();
  return found.map(toResult);
}

/** Newest first by the guest's start time; of two that started together, the one stored later. */
export async function listTrims(rows: HostRows, { guestId, limit }: ClosedTrimsQuery): Promise<readonly TrimResult[]> {
  const found = await selectTrims(rows)
    .$if(guestId !== null, (query) => query.where('trim.guest_id', '=', guestId))
    .orderBy('trim.started_at', 'desc')
    .orderBy('trim.stored_at', 'desc')
    .orderBy('trim.id')
    .limit(limit)
    .execute();
  return found.map(toResult);
}

/** Results with the names that their guests have now; null where the guest's own row was lost. */
function selectTrims({ db, hostId }: HostRows) {
  return db
    .selectFrom('trim')
    .leftJoin('guest', 'guest.id', 'trim.guest_id')
    .select(['trim.result', 'guest.name as guest'])
    .where('trim.host_id', '=', hostId);
}

function selectTrim(rows: HostRows, { guestId, id }: TrimKey) {
  return selectTrims(rows).where('trim.guest_id', '=', guestId).where('trim.id', '=', id);
}

/** A result that an older collector stored lacks what has been added since. */
function toResult({ result, guest }: { readonly result: string; readonly guest: string | null }): TrimResult {
  const stored = JSON.parse(result) as TrimResult;
  return {
    ...stored,
    guest: guest ?? stored.guest,
    toldStartedAt: stored.toldStartedAt ?? null,
    curedBy: stored.curedBy ?? null,
    amendedAt: stored.amendedAt ?? null,
    reported: stored.reported ?? true,
    bootId: stored.bootId ?? null,
    libvirtNoted: stored.libvirtNoted ?? null,
    filesystems: stored.filesystems.map((filesystem) => ({ ...filesystem, again: filesystem.again ?? false })),
    disks: stored.disks.map((disk) => ({ ...ADDED_TO_DISKS, ...disk })),
  };
}

const ADDED_TO_DISKS = {
  reclaimedBetween: null,
  slack: null,
  needsPowerCycle: null,
  remedy: null,
  page: null,
  contradictions: [],
} as const;
