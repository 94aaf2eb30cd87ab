import type { SeriesKey } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';

/** Some milliseconds of work: others have their turn before the next. */
const ROWS_A_TURN = 500;

/** The ids of all series of a host, by `nameOf`. */
export type KnownSeries = Map<string, number>;

/** What a guest calls its filesystems may have anything in it. */
export const nameOf = ({ kind, subject, device }: NamedSeries): string => JSON.stringify([kind, subject, device]);

type NamedSeries = Readonly<Record<keyof SeriesKey, string>>;

export async function readSeries({ db, hostId }: HostRows, pause: () => Promise<void>): Promise<KnownSeries> {
  const known: KnownSeries = new Map();
  for (let last = 0; ; ) {
    const found = await db
      .selectFrom('series')
      .select(['id', 'kind', 'subject', 'device'])
      .where('host_id', '=', hostId)
      .where('id', '>', last)
      .orderBy('id')
      .limit(ROWS_A_TURN)
      .execute();
    for (const row of found) {
      known.set(nameOf(row), row.id);
      last = row.id;
    }
    if (found.length < ROWS_A_TURN) return known;
    await pause();
  }
}
