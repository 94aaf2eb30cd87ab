import { DISK_LIMIT } from '@trimtab/protocol';
import { TRIMS_KEPT } from '../model/trim-result.ts';
import { type Bound, cutTrims, NOTHING_CUT, PAGE_TRIMS, type PageCut } from './cut-page.ts';
import { statement } from './statement.ts';
import { readBytes, type StoredBytes, selectBytesOf } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';
import { INDEX_BYTES } from './trim-rows.ts';

/** Of all that trims may take, the part that guests may take which no source of this host knows: one in so many. */
export const STRANGERS_PART = 8;
/** And of each of the two, what one guest may take. A trim takes 1 to 2 KB, and of one guest 1,000 are kept. */
export const GUEST_PART = 16;

/** The guest whose trims are more than before, perhaps. */
export interface BoundGuest {
  readonly id: string;
  readonly isStranger: boolean;
}

/**
 * Rules [ST6] and [ST19], in a transaction of the caller's: of a guest the newest stay, and of all what fits. Strangers'
 * go first and the oldest before others, by the order in which they were stored: no clock has a say. The newest trim of
 * each disk of a known guest stays in any case, and so does the one of this number. What is over a bound by more than a
 * page is so afterwards, and the cut says so.
 */
export async function keepBounds(
  rows: HostRows,
  { guest, spared, mostBytes }: { guest: BoundGuest | null; spared: number; mostBytes: number },
): Promise<readonly PageCut[]> {
  const mostOfStrangers = Math.floor(mostBytes / STRANGERS_PART);
  const sums = guest === null ? null : await readSums(rows, guest.id);
  const ofGuest =
    guest === null || sums === null
      ? NOTHING_CUT
      : await keepGuest(rows, {
          guest,
          stored: sums.ofGuest,
          spared,
          mostBytes: Math.floor((guest.isStranger ? mostOfStrangers : mostBytes) / GUEST_PART),
        });
  const { known, strangers } = sums === null || ofGuest !== NOTHING_CUT ? await readBytes(rows) : sums;
  const overSum = known + strangers - mostBytes;
  const overPart = strangers - mostOfStrangers;
  const ofStrangers = await cutOldest(rows, {
    bound: overPart > overSum ? 'strangers' : 'all',
    spared,
    bytes: Math.max(overPart, overSum),
    isStranger: true,
  });
  // Not before all of those are gone.
  if (ofStrangers.isFull) return [ofGuest, ofStrangers];
  const bytes = overSum - ofStrangers.bytes;
  return [ofGuest, ofStrangers, await cutOldest(rows, { bound: 'all', spared, bytes, isStranger: false })];
}

/** Is there more in sum than may be? */
export async function isOverSum(rows: HostRows, mostBytes: number): Promise<boolean> {
  const { known, strangers } = await readBytes(rows);
  return known + strangers > mostBytes || strangers > Math.floor(mostBytes / STRANGERS_PART);
}

async function keepGuest(
  rows: HostRows,
  {
    guest,
    stored,
    spared,
    mostBytes,
  }: {
    readonly guest: BoundGuest;
    readonly stored: Sums['ofGuest'];
    readonly spared: number;
    readonly mostBytes: number;
  },
): Promise<PageCut> {
  const { db, hostId } = rows;
  if (stored.count <= TRIMS_KEPT && stored.bytes <= mostBytes) return NOTHING_CUT;
  const all = await db
    .selectFrom('trim')
    .select(['number', 'bytes', 'guest_id'])
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guest.id)
    .orderBy('number', 'desc')
    .execute();
  let sum = 0;
  const surplus = all.filter((one, index) => {
    sum += one.bytes;
    return one.number !== spared && (index >= TRIMS_KEPT || sum > mostBytes);
  });
  await forgetSurplusDisks(rows, guest.id);
  const kept = guest.isStranger ? new Set() : await listLast(rows, guest.id);
  const going = surplus.filter(({ number }) => !kept.has(number)).reverse();
  return cutTrims(rows, { bound: 'guest', going, bytes: Number.POSITIVE_INFINITY });
}

interface Sums extends StoredBytes {
  readonly ofGuest: { readonly count: number; readonly bytes: number };
}

/** What a guest's trims take, and those of all: one question, for it is asked with each trim. */
async function readSums({ db, hostId }: HostRows, guestId: string): Promise<Sums> {
  const [row] = await sumUp(db, { hostId, guestId });
  const { count = 0, bytes = 0, known = 0, strangers = 0 } = row ?? {};
  return { ofGuest: { count, bytes: bytes ?? 0 }, known: known ?? 0, strangers: strangers ?? 0 };
}

const sumUp = statement((db, { hostId, guestId }: { readonly hostId: string; readonly guestId: string }) =>
  db
    .selectFrom('trim')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('bytes').as('bytes'),
      selectBytesOf(db, { hostId, isStranger: 0 }).as('known'),
      selectBytesOf(db, { hostId, isStranger: 1 }).as('strangers'),
    ])
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId),
);

/** The oldest, until they are so many bytes together, or none is left that may go. */
async function cutOldest(
  rows: HostRows,
  {
    bound,
    spared,
    bytes,
    isStranger,
  }: { readonly bound: Bound; readonly spared: number; readonly bytes: number; readonly isStranger: boolean },
): Promise<PageCut> {
  if (bytes <= 0) return NOTHING_CUT;
  const { db, hostId } = rows;
  const going = await db
    .selectFrom('trim')
    .select(['number', 'bytes', 'guest_id'])
    .where('host_id', '=', hostId)
    .where('is_stranger', '=', isStranger ? 1 : 0)
    .where('number', '!=', spared)
    .$if(!isStranger, (query) =>
      query.where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('last_trim').select('device').whereRef('last_trim.number', '=', 'trim.number'))),
      ),
    )
    .orderBy('number')
    // As many as may be needed, and one more than a page has, to know whether that is all.
    .limit(Math.min(PAGE_TRIMS, Math.ceil(bytes / INDEX_BYTES)) + 1)
    .execute();
  return cutTrims(rows, { bound, going, bytes });
}

async function listLast({ db, hostId }: HostRows, guestId: string): Promise<ReadonlySet<number>> {
  const last = await db
    .selectFrom('last_trim')
    .select('number')
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .execute();
  return new Set(last.map(({ number }) => number));
}

/** A guest that gives its disks new names each time has none kept for it but the newest. */
async function forgetSurplusDisks({ db, hostId }: HostRows, guestId: string): Promise<void> {
  const isMeant = { host_id: hostId, guest_id: guestId };
  const kept = db
    .selectFrom('last_trim')
    .select('device')
    .where((is) => is.and(isMeant))
    .orderBy('number', 'desc')
    .limit(DISK_LIMIT);
  await db
    .deleteFrom('last_trim')
    .where((is) => is.and(isMeant))
    .where('device', 'not in', kept)
    .execute();
}
