import { type Command, InvalidArgumentError } from 'commander';
import { isDay } from '../../model/day.ts';
import type { Day, Forecast } from '../../model/forecast.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatForecast } from '../views/forecast.ts';

interface SeriesOptions {
  readonly series: string;
  readonly capacity: number;
  readonly at?: Day;
  readonly json?: true;
}

export function addForecast(program: Command, context: CommandContext): void {
  program
    .command('forecast')
    .description('tell when a series of levels reaches its capacity; needs no collector')
    .requiredOption('--series <FILE>', 'the levels, as rows of day,level; - is standard input')
    .requiredOption('--capacity <N>', 'the level at which it is full, in the unit of the file', parseCapacity)
    .option('--at <DAY>', 'as it was to be told on this day, YYYY-MM-DD; else on the last', parseDay)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Example:
  $ trimtab forecast --series used.csv --capacity 500000
  $ trimtab forecast --series used.csv --capacity 500000 --at 2026-03-01 --json

A row is a day and the level at its end: 2026-11-27,1200. Days may be missing.
Of later days than that of --at nothing is used, so that a past forecast can be
held against what came.
--json prints {at, kind, fullBetween, median, within}: full between two days
with a probability of 80 %, as likely before the median as after it, and the
probability within 7, 30 and 90 days. kind is date, beyond-2-years,
not-growing, fluctuating, not-enough-data or full.
Exit codes: 0 told, 1 the file cannot be read or understood, 2 wrong usage,
130 interrupted.`,
    )
    .action(async ({ series, capacity, at = undefined, json }: SeriesOptions) => {
      const { terminal } = context;
      const forecast = await context.forecastFile({ path: series, capacity, at: at ?? null });
      if (json === true) tellAnswer({ terminal, answer: toDocument(forecast), isJson: true, format: () => '' });
      else tellAnswer({ terminal, answer: forecast, isJson: false, format: formatForecast });
      context.finish(EXIT.done);
    });
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
