import type { Sample, SeriesKey } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';
import { makeRoom, NAME_BYTES } from './bound-series.ts';
import { type KnownSeries, nameOf } from './known-series.ts';
import type { SampleWriters } from './writers.ts';

/** Some milliseconds of work: others go on before the next. */
const SERIES_A_TURN = 250;
const REST_MS = 5;

/** Makes rows for those that have none and are not too long, while there is room for them. In a transaction. */
export async function addSeries(
  rows: HostRows,
  {
    known,
    samples,
    writers,
    pause,
  }: {
    readonly known: KnownSeries;
    readonly samples: readonly Sample[];
    readonly writers: Pick<SampleWriters, 'series'>;
    readonly pause: (ms: number) => Promise<void>;
  },
): Promise<void> {
  const firsts = new Map<string, Sample>();
  for (const sample of samples) {
    const name = nameOf(sample.series);
    if (!known.has(name) && !firsts.has(name) && canBeKey(sample.series)) firsts.set(name, sample);
  }
  for (const [kind, some] of Map.groupBy(firsts.values(), ({ series }) => series.kind)) {
    const room = await makeRoom(rows, { kind, wanted: some.length, known });
    const fresh = some.slice(0, room).map(({ series: { subject, device }, at }) => ({
      host_id: rows.hostId,
      kind,
      subject,
      device,
      first_at: Math.floor(at),
    }));
    for (let at = 0; at < fresh.length; at += SERIES_A_TURN) {
      if (at > 0) await pause(REST_MS);
      const made = await writers.series(rows.db, fresh.slice(at, at + SERIES_A_TURN));
      for (const row of made) known.set(nameOf(row), row.id);
    }
  }
}

/** A guest may call a mount what it likes, up to PATH_MAX. */
function canBeKey({ subject, device }: SeriesKey): boolean {
  return Buffer.byteLength(subject) + Buffer.byteLength(device) <= NAME_BYTES;
}
