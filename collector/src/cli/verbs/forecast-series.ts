import { type Command, InvalidArgumentError } from 'commander';
import { isDay } from '../../model/day.ts';
import type { Day, Forecast } from '../../model/forecast.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatSeriesForecast } from '../views/forecast.ts';

export interface SeriesOptions {
  readonly series?: string;
  readonly capacity?: number;
  readonly at?: Day;
  readonly json?: true;
}

/** The options with which no collector is asked: any levels in a file are foreseen. */
export function addSeriesOptions(command: Command): Command {
  return command
    .option('--series <FILE>', 'foresee the levels of a file, rows of day,level; - is stdin')
    .option('--capacity <N>', 'of --series: the level at which it is full, in its unit', parseCapacity)
    .option('--at <DAY>', 'of --series: as it was to be told on this day, YYYY-MM-DD', parseDay);
}

export async function tellSeries(
  { terminal, forecastFile }: CommandContext,
  { series, capacity, at, json }: SeriesOptions & { readonly series: string },
): Promise<void> {
  if (capacity === undefined) throw new UsageError('--series needs --capacity, the level at which it is full');
  const answer = await forecastFile({ path: series, capacity, at: at ?? null });
  if (json === true) tellAnswer({ terminal, answer: toDocument(answer.forecast), isJson: true, format: () => '' });
  else tellAnswer({ terminal, answer, isJson: false, format: formatSeriesForecast });
}

/** What --json promises, and no more. */
function toDocument({ at, kind, fullBetween, median, within }: Forecast): object {
  return { at, kind, fullBetween, median, within };
}

function parseCapacity(text: string): number {
  const capacity = Number(text);
  if (/^\d/.test(text) && Number.isFinite(capacity) && capacity > 0) return capacity;
  throw new InvalidArgumentError('It is a number above 0, in the unit of the file.');
}

function parseDay(text: string): Day {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('It is a day, as YYYY-MM-DD.');
}
