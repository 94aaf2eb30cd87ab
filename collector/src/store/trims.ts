import type { Kysely } from 'kysely';
import type { HistoryQuery, TrimResult } from '../model/trim-result.ts';
import type { Store } from '../ports/store/store.ts';
import type { Tables } from './tables.ts';

/** Of one guest, rule [ST6]: nearly three years of a trim a day. */
const TRIMS_KEPT = 1_000;

/** One transaction: the trim is stored and no longer open, or neither. */
export async function closeTrim(
  db: Kysely<Tables>,
  { guestId, report, result, storedAt }: Parameters<Store['closeTrim']>[0],
): Promise<TrimResult> {
  const row = {
    id: report.id,
    guest_id: guestId,
    guest_name: result.guest,
    started_at: report.startedAt,
    stored_at: storedAt,
    report: JSON.stringify(report),
    result: JSON.stringify(result),
  };
  return db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('trim')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    await transaction.deleteFrom('open_trim').where('id', '=', report.id).execute();
    const kept = transaction
      .selectFrom('trim')
      .select('id')
      .where('guest_id', '=', guestId)
      .orderBy('stored_at', 'desc')
      .orderBy('started_at', 'desc')
      .limit(TRIMS_KEPT);
    await transaction
      .deleteFrom('trim')
      .where('guest_id', '=', guestId)
      .where('id', 'not in', kept)
      .where('id', '!=', report.id)
      .execute();
    const stored = await transaction
      .selectFrom('trim')
      .select('result')
      .where('id', '=', report.id)
      .executeTakeFirstOrThrow();
    return toResult(stored);
  });
}

export async function findTrim(db: Kysely<Tables>, id: string): Promise<TrimResult | null> {
  const row = await db.selectFrom('trim').select('result').where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toResult(row);
}

/** Newest first by the guest's start time; of two that started together, the one stored later. */
export async function listTrims(db: Kysely<Tables>, { guest, limit }: HistoryQuery): Promise<readonly TrimResult[]> {
  const rows = await db
    .selectFrom('trim')
    .select('result')
    .$if(guest !== null, (query) => query.where('guest_name', '=', guest))
    .orderBy('started_at', 'desc')
    .orderBy('stored_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toResult);
}

/** A result that an older collector stored lacks what has been added since. */
function toResult(row: { result: string }): TrimResult {
  const stored = JSON.parse(row.result) as TrimResult;
  return {
    ...{ ...stored, curedBy: stored.curedBy ?? null, bootId: stored.bootId ?? null },
    filesystems: stored.filesystems.map((filesystem) => ({ ...filesystem, again: filesystem.again ?? false })),
    disks: stored.disks.map((disk) => ({ ...ADDED_TO_DISKS, ...disk })),
  };
}

const ADDED_TO_DISKS = {
  ...{ reclaimedBetween: null, slack: null, needsPowerCycle: null, remedy: null },
  ...{ page: null, contradictions: [] },
} as const;
