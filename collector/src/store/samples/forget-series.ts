import type { SamplesStore } from '../../ports/store/samples.ts';
import type { HostRows } from '../tables.ts';

/** More would be more than a database takes in one statement. */
const SERIES_AT_ONCE = 500;

/** What was sampled of them is told no more from here on, and goes with the stretches of time that it lies in. */
export async function forget(
  { db, hostId }: HostRows,
  { kind, subjectBegins }: Parameters<SamplesStore['forgetSeries']>[0],
): Promise<void> {
  const found = await db
    .selectFrom('series')
    .select(['id', 'subject'])
    .where('host_id', '=', hostId)
    .where('kind', '=', kind)
    .execute();
  const ids = found.filter(({ subject }) => subject.startsWith(subjectBegins)).map(({ id }) => id);
  for (let at = 0; at < ids.length; at += SERIES_AT_ONCE)
    await db
      .deleteFrom('series')
      .where('id', 'in', ids.slice(at, at + SERIES_AT_ONCE))
      .execute();
}
