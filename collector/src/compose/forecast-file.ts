import { Fault } from '@trimtab/protocol/shared';
import { forecastSeries } from '../forecast/forecast-series.ts';
import { parseSeries } from '../forecast/parse-series.ts';
import { type Purpose, readInput } from '../io/read-input.ts';
import type { Day, SeriesForecast } from '../model/forecast.ts';

/** Over 200,000 days. */
export const MOST_SERIES_BYTES = 4 * 1024 * 1024;

/** The forecast of a series in a file, as of a day; null: of its last. Throws Faults. */
export async function forecastFile({
  path,
  capacity,
  at,
}: {
  path: string;
  capacity: number;
  at: Day | null;
}): Promise<SeriesForecast> {
  const { bytes, isCut } = await readInput({ path, most: MOST_SERIES_BYTES, purpose: PURPOSE });
  if (isCut) {
    throw new Fault({
      code: 'bad-series',
      operation: PURPOSE.operation,
      subject: path,
      cause: `it has more than ${MOST_SERIES_BYTES / 1024 ** 2} MiB`,
      hint: 'One level a day is enough: a hundred years are 1 MiB.',
    });
  }
  const levels = parseSeries({ text: new TextDecoder().decode(bytes), name: path });
  const days = levels.map(({ day }) => day).toSorted();
  return { forecast: forecastSeries({ levels, capacity, at }), first: days[0] ?? '', last: days.at(-1) ?? '' };
}

const PURPOSE: Purpose = {
  operation: 'read a series',
  hint: 'Name a regular file that can be read, with rows of day,level. - is standard input.',
};
