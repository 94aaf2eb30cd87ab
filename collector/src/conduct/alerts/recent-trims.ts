import type { ConclusiveTrim } from '../../alert/facts.ts';
import { TRIMS_READ } from '../../diagnose/past-trims.ts';
import type { GuestId } from '../../model/guest-id.ts';
import { isConclusive } from '../../model/trim-result.ts';
import type { HistoryPage, PastTrim } from '../../model/trim-summary.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NamedGuest } from '../../ports/store/guests.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';

/** What is added to a trim later is seen so late. */
export const READ_ANEW_MS = 3_600_000;
const PAGE_TRIMS = 64;

/** The last trims of each guest that say something, read anew only of those that trimmed since. */
export function createRecentTrims({
  clock,
  store,
  wanted,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly store: Pick<TrimsStore, 'history' | 'earlierTrims'>;
  /** So many of each guest. */
  readonly wanted: number;
}): { read(guests: readonly NamedGuest[]): Promise<ReadonlyMap<GuestId, readonly ConclusiveTrim[]>> } {
  let kept = new Map<GuestId, readonly ConclusiveTrim[]>();
  /** The number of the newest trim that was read, 0 where there was none; null before the first reading. */
  let newest: number | null = null;
  let allReadMs = Number.NEGATIVE_INFINITY;

  /** The names of the guests of the trims that were stored since the one of this number. */
  async function listTrimmed({ since, last }: { readonly since: number; readonly last: number }) {
    const names = new Set<string>();
    for (let before: number | null = last + 1; before !== null && before > since + 1; ) {
      const limit = Math.min(PAGE_TRIMS, before - since - 1);
      const page: HistoryPage = await store.history({ guestId: null, limit, before });
      for (const { guest } of page.trims) names.add(guest);
      before = page.older;
    }
    return names;
  }

  async function readTrims(id: GuestId): Promise<readonly ConclusiveTrim[]> {
    return toConclusive(await store.earlierTrims({ guestId: id, limit: TRIMS_READ })).slice(0, wanted);
  }

  return {
    async read(guests) {
      const isDue = clock.monotonicMs() - allReadMs >= READ_ANEW_MS;
      const last = (await store.history({ guestId: null, limit: 1, before: null })).older ?? 0;
      const trimmed = isDue || newest === null ? null : await listTrimmed({ since: newest, last });
      const read = new Map<GuestId, readonly ConclusiveTrim[]>();
      for (const { id, name } of guests) {
        const known = trimmed === null || trimmed.has(name) ? undefined : kept.get(id);
        read.set(id, known ?? (await readTrims(id)));
      }
      kept = read;
      newest = last;
      if (isDue) allReadMs = clock.monotonicMs();
      return read;
    },
  };
}

function toConclusive(trims: readonly PastTrim[]): readonly ConclusiveTrim[] {
  return trims.flatMap(({ disks }) => {
    const telling = disks
      .filter(({ image, verdict }) => image !== null && isConclusive(verdict))
      .map(({ device, image, verdict, lostAt }) => ({ device, image, verdict, lostAt }));
    return telling.length === 0 ? [] : [{ disks: telling }];
  });
}
