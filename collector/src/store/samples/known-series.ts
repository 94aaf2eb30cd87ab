import type { Sample, SeriesKey } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';

/** At once, so that others have their turn. */
const ROWS_A_PAGE = 2_000;

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
      .limit(ROWS_A_PAGE)
      .execute();
    for (const row of found) {
      known.set(nameOf(row), row.id);
      last = row.id;
    }
    if (found.length < ROWS_A_PAGE) return known;
    await pause();
  }
}

/** Makes rows for those that have none. In a transaction. */
export async function addSeries(
  { db, hostId }: HostRows,
  { known, samples }: { readonly known: KnownSeries; readonly samples: readonly Sample[] },
): Promise<void> {
  for (const { series, at } of samples) {
    const name = nameOf(series);
    if (known.has(name)) continue;
    const { kind, subject, device } = series;
    const { id } = await db
      .insertInto('series')
      .values({ host_id: hostId, kind, subject, device, first_at: at })
      .returning('id')
      .executeTakeFirstOrThrow();
    known.set(name, id);
  }
}
