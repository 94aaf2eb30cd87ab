import { DISK_LIMIT } from '@trimtab/protocol';
import { TRIMS_KEPT } from '../model/trim-result.ts';
import { statement } from './statement.ts';
import { deleteTrims, readBytes } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';

/** Of all that trims may take, the part that guests may take which no source of this host knows: one in so many. */
export const STRANGERS_PART = 8;
/** And of each of the two, what one guest may take. A trim takes 1 to 2 KB, and of one guest 1,000 are kept. */
export const GUEST_PART = 16;
const AT_ONCE = 100;

/** The trim that was just stored. */
export interface NewTrim {
  readonly number: number;
  readonly guestId: string;
  readonly isStranger: boolean;
}

/**
 * Rules [ST6] and [ST19], in the transaction that stored the trim: of a guest the newest stay, and of all what fits.
 * Strangers' go first and the oldest before others, by the order in which they were stored: no clock has a say. The
 * newest trim of each disk of a known guest stays in any case.
 */
export async function keepBounds(rows: HostRows, { trim, mostBytes }: { trim: NewTrim; mostBytes: number }) {
  const ofStrangers = Math.floor(mostBytes / STRANGERS_PART);
  await keepGuest(rows, { trim, mostBytes: Math.floor((trim.isStranger ? ofStrangers : mostBytes) / GUEST_PART) });
  const { known, strangers } = await readBytes(rows);
  const overSum = known + strangers - mostBytes;
  const fell = await deleteOldest(rows, { trim, bytes: Math.max(strangers - ofStrangers, overSum), isStranger: true });
  await deleteOldest(rows, { trim, bytes: overSum - fell, isStranger: false });
}

async function keepGuest(
  rows: HostRows,
  { trim, mostBytes }: { readonly trim: NewTrim; readonly mostBytes: number },
): Promise<void> {
  const { db, hostId } = rows;
  const { guestId } = trim;
  const [kept] = await sumUp(db, { hostId, guestId });
  if (kept === undefined || (kept.count <= TRIMS_KEPT && kept.bytes <= mostBytes)) return;
  const all = await db
    .selectFrom('trim')
    .select(['number', 'bytes'])
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .orderBy('number', 'desc')
    .execute();
  let sum = 0;
  const surplus = all.filter((one, index) => {
    sum += one.bytes;
    return one.number !== trim.number && (index >= TRIMS_KEPT || sum > mostBytes);
  });
  await forgetSurplusDisks(rows, guestId);
  const last = trim.isStranger ? new Set() : await listLast(rows, guestId);
  await deleteTrims(
    rows,
    surplus.map(({ number }) => number).filter((number) => !last.has(number)),
  );
}

const sumUp = statement((db, { hostId, guestId }: { readonly hostId: string; readonly guestId: string }) =>
  db
    .selectFrom('trim')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number>('bytes').as('bytes')])
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId),
);

/** Deletes the oldest, until they are so many bytes together, or none is left that may go. How many they were. */
async function deleteOldest(
  rows: HostRows,
  { trim, bytes, isStranger }: { readonly trim: NewTrim; readonly bytes: number; readonly isStranger: boolean },
): Promise<number> {
  const { db, hostId } = rows;
  let fell = 0;
  while (fell < bytes) {
    const oldest = await db
      .selectFrom('trim')
      .select(['number', 'bytes'])
      .where('host_id', '=', hostId)
      .where('is_stranger', '=', isStranger ? 1 : 0)
      .where('number', '!=', trim.number)
      .$if(!isStranger, (query) =>
        query.where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('last_trim').select('device').whereRef('last_trim.number', '=', 'trim.number'))),
        ),
      )
      .orderBy('number')
      .limit(AT_ONCE)
      .execute();
    if (oldest.length === 0) break;
    const going: number[] = [];
    for (const one of oldest) {
      if (fell >= bytes) break;
      going.push(one.number);
      fell += one.bytes;
    }
    await deleteTrims(rows, going);
  }
  return fell;
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
