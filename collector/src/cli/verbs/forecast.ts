import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatForecasts } from '../views/forecast/all-pools.ts';
import { ASCII, BLOCKS } from '../views/forecast/chart.ts';
import { formatPoolForecast } from '../views/forecast/one-pool.ts';
import { addSeriesOptions, type SeriesOptions, tellSeries } from './forecast-series.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

interface ForecastOptions extends FaceOptions, SeriesOptions {
  readonly add?: number;
  readonly without?: string;
  readonly json?: true;
}

export function addForecast(program: Command, context: CommandContext): void {
  const command = program
    .command('forecast')
    .description('tell when pools will be full, and who fills them')
    .argument('[pool]', 'only this one, with all that is told of it, by its name in `trimtab status`')
    .option('--add <size>', 'how much later it is full with so much more storage: 500G, 2T', parseAdded)
    .option('--without <guest>', 'how much later it is full without the images of this guest');
  addFaceOptions(addSeriesOptions(command))
    .addHelpText(
      'after',
      `
Example:
  $ trimtab forecast
  $ trimtab forecast /var/lib/libvirt/images --add 500G
  $ trimtab forecast --series used.csv --capacity 500000 --at 2026-03-01 --json

The most urgent pool comes first. 80 % of such forecasts name two days between
which the pool is full. Days are UTC; 1G is 1 GiB. --json prints {takenAt,
pools[], unsampled[], findings[]}; sizes are bytes.

With --series no collector is needed. A row is a day and the level at its end:
2026-11-27,1200. Days may be missing. Of later days than that of --at nothing is
used, so that a past forecast can be held against what came.
--json then prints {at, kind, fullBetween, median, within}: full between two
days with a probability of 80 %, as likely before the median as after it, and
the probability within 7, 30 and 90 days. kind is date, beyond-2-years,
not-growing, fluctuating, not-enough-data or full.
Exit codes: 0 told, 1 error, 2 wrong usage, 130 interrupted.`,
    )
    .action(async (pool: string | undefined, options: ForecastOptions) => {
      refuseMixture(pool, options);
      const { series } = options;
      if (series === undefined) await tellPools(context, { pool: pool ?? null, options });
      else await tellSeries(context, { ...options, series });
      context.finish(EXIT.done);
    });
}

async function tellPools(
  context: CommandContext,
  { pool, options }: { pool: string | null; options: ForecastOptions },
): Promise<void> {
  const { terminal, environment } = context;
  const { add = null, without = null, json } = options;
  const isJson = json === true;
  const answer = await connectDesk(context, options).forecasts({ pool, add, without });
  if (pool === null) return tellAnswer({ terminal, answer, isJson, format: formatForecasts });
  const strokes = showsOnlyAscii(environment) ? ASCII : BLOCKS;
  tellAnswer({ terminal, answer, isJson, format: (view, page) => formatPoolForecast(view, { page, strokes }) });
}

function refuseMixture(pool: string | undefined, { add, without, series, capacity, at }: ForecastOptions): void {
  const asksOfPool = add !== undefined || without !== undefined;
  if (series === undefined && (capacity !== undefined || at !== undefined))
    throw new UsageError('--capacity and --at are of a --series');
  if (series !== undefined && (pool !== undefined || asksOfPool))
    throw new UsageError('--series is a file of its own, and no pool');
  if (pool === undefined && asksOfPool)
    throw new UsageError('--add and --without are asked of one pool, which has to be named');
}

const UNITS: Readonly<Record<string, number>> = { M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4, P: 1024 ** 5 };

/** As lvextend(8) reads sizes. */
function parseAdded(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)([MGTP])(?:iB)?$/i.exec(text);
  const unit = UNITS[match?.[2]?.toUpperCase() ?? ''];
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError('It is a size such as 500G or 2T.');
}

/** By the locale (locale(7)), where one is set. */
function showsOnlyAscii(environment: CommandContext['environment']): boolean {
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find((value) => value) ?? '';
  return locale !== '' && !/utf-?8/i.test(locale);
}
