import type { TrimId } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { HostId } from '../model/host-id.ts';
import type { TrimKey } from '../model/trim-key.ts';
import { type HistoryPage, type PastTrim, type TrimSummary, toPastTrim } from '../model/trim-summary.ts';
import type { ClosedTrimsQuery } from '../ports/store/trims.ts';
import { statement } from './statement.ts';
import type { HostRows } from './tables.ts';

/** What one answer may take: a second one is asked for as soon as this one is there. */
export const PAGE_BYTES = 1024 * 1024;
const ROWS_AT_ONCE = 64;

/** Newest first, by the order in which they were stored: the guest's clock, and the host's, may be wrong. */
export async function listTrims(rows: HostRows, query: ClosedTrimsQuery): Promise<HistoryPage> {
  const trims: TrimSummary[] = [];
  let before = query.before;
  for (let bytes = 0; trims.length < query.limit && bytes < PAGE_BYTES; ) {
    const wanted = Math.min(ROWS_AT_ONCE, query.limit - trims.length);
    const found = await selectSummaries(rows, { guestId: query.guestId, before }).limit(wanted).execute();
    for (const row of found) {
      bytes += row.summary.length;
      before = row.number;
      trims.push(toSummary(row));
      if (bytes >= PAGE_BYTES) break;
    }
    if (found.length < wanted) return { trims, older: null };
  }
  return { trims, older: before };
}

/** Newest first. */
export async function listEarlier(
  { db, hostId }: HostRows,
  { guestId, limit }: { readonly guestId: GuestId; readonly limit: number },
): Promise<readonly PastTrim[]> {
  const found = await selectEarlier(db, { hostId, guestId, limit });
  return found.flatMap((row) => toPastTrim(toSummary(row)) ?? []);
}

const selectEarlier = statement(
  (db, { hostId, guestId, limit }: { readonly hostId: HostId; readonly guestId: GuestId; readonly limit: number }) =>
    selectSummaries({ db, hostId }, { guestId, before: null }).limit(limit),
);

/** An id is hexadecimal digits and `-`, which all come before `g`. The one stored first before the others. */
export async function findTrims(
  { db, hostId }: HostRows,
  { beginning, limit }: { readonly beginning: string; readonly limit: number },
): Promise<readonly TrimKey[]> {
  const found = await db
    .selectFrom('trim')
    .select(['guest_id', 'id'])
    .where('host_id', '=', hostId)
    .where('id', '>=', beginning)
    .where('id', '<', `${beginning}g`)
    .orderBy('number')
    .limit(limit)
    .execute();
  return found.map(({ guest_id, id }) => ({ guestId: guest_id as GuestId, id: id as TrimId }));
}

function selectSummaries(
  { db, hostId }: HostRows,
  { guestId, before }: { readonly guestId: GuestId | null; readonly before: number | null },
) {
  return db
    .selectFrom('trim')
    .leftJoin('guest', 'guest.id', 'trim.guest_id')
    .select(['trim.number', 'trim.summary', 'guest.name as guest'])
    .where('trim.host_id', '=', hostId)
    .$if(guestId !== null, (query) => query.where('trim.guest_id', '=', guestId))
    .$if(before !== null, (query) => query.where('trim.number', '<', before))
    .orderBy('trim.number', 'desc');
}

/** With the name that its guest has now; null where the guest's own row was lost. */
function toSummary({ summary, guest }: { readonly summary: string; readonly guest: string | null }): TrimSummary {
  // An older collector knew nobody else inside.
  const told = { inside: 'trimtab-agent', ...JSON.parse(summary) } as TrimSummary;
  return guest === null ? told : { ...told, guest };
}
