import { deleteTrims } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';

/** What one transaction lets go at the most: others have their turn before the next, and none of them waits for long. */
export const PAGE_TRIMS = 250;
export const PAGE_BYTES = 4 * 1024 * 1024;

/** Which bound was passed: of one guest, of all strangers, or of all guests together. */
export type Bound = 'guest' | 'strangers' | 'all';

export interface PageCut {
  readonly bound: Bound;
  /** Of each trim that was let go, its guest. */
  readonly guestIds: readonly string[];
  readonly bytes: number;
  /** The page ended before what is over the bound. */
  readonly isFull: boolean;
}

export const NOTHING_CUT: PageCut = { bound: 'all', guestIds: [], bytes: 0, isFull: false };

interface Going {
  readonly number: number;
  readonly bytes: number;
  readonly guest_id: string;
}

/** Deletes the first of these, until they are so many bytes together, or a page. */
export async function cutTrims(
  rows: HostRows,
  { bound, going, bytes }: { readonly bound: Bound; readonly going: readonly Going[]; readonly bytes: number },
): Promise<PageCut> {
  const page: Going[] = [];
  let sum = 0;
  for (const one of going) {
    if (sum >= bytes || sum >= PAGE_BYTES || page.length === PAGE_TRIMS) break;
    page.push(one);
    sum += one.bytes;
  }
  if (page.length > 0)
    await deleteTrims(
      rows,
      page.map(({ number }) => number),
    );
  return {
    bound,
    guestIds: page.map(({ guest_id }) => guest_id),
    bytes: sum,
    isFull: sum < bytes && page.length < going.length,
  };
}
