import type { Sample, SeriesKey } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';
import type { SampleWriters } from './writers.ts';

/** Some milliseconds of work: others have their turn before the next. */
const SERIES_A_TURN = 500;

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
      .limit(SERIES_A_TURN)
      .execute();
    for (const row of found) {
      known.set(nameOf(row), row.id);
      last = row.id;
    }
    if (found.length < SERIES_A_TURN) return known;
    await pause();
  }
}

/** Makes rows for those that have none. In a transaction. */
export async function addSeries(
  { db, hostId }: HostRows,
  {
    known,
    samples,
    writers,
    pause,
  }: {
    readonly known: KnownSeries;
    readonly samples: readonly Sample[];
    readonly writers: Pick<SampleWriters, 'series'>;
    readonly pause: () => Promise<void>;
  },
): Promise<void> {
  const firsts = new Map<string, Sample>();
  for (const sample of samples) {
    const name = nameOf(sample.series);
    if (!known.has(name) && !firsts.has(name)) firsts.set(name, sample);
  }
  const rows = [...firsts.values()].map(({ series: { kind, subject, device }, at }) => ({
    host_id: hostId,
    kind,
    subject,
    device,
    first_at: Math.floor(at),
  }));
  for (let at = 0; at < rows.length; at += SERIES_A_TURN) {
    if (at > 0) await pause();
    const made = await writers.series(db, rows.slice(at, at + SERIES_A_TURN));
    for (const row of made) known.set(nameOf(row), row.id);
  }
}
