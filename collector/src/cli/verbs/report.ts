import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReportView } from '../../model/report.ts';
import { DEFAULT_SINCE, isSince } from '../../model/report-since.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { formatReportHtml } from '../report-html/format-report-html.ts';
import { tellAnswer } from '../tell-answer.ts';
import type { Page } from '../views/page.ts';
import { formatReport } from '../views/report.ts';
import { formatReportCsv } from '../views/report-csv.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

const FORMATS: Readonly<Record<string, (view: ReportView, page: Page) => string>> = {
  text: formatReport,
  csv: formatReportCsv,
  html: formatReportHtml,
};

interface ReportOptions extends FaceOptions {
  readonly since: string;
  readonly format: string;
}

export function addReport(program: Command, context: CommandContext): void {
  const command = program
    .command('report')
    .description('tell what trims gave back over time, where they did not, and what is still to be had')
    .option('--since <when>', 'so many days ago (30d), or since a day (2026-11-01, UTC)', parseSince, DEFAULT_SINCE)
    .addOption(
      new Option('--format <format>', 'text, json, csv or html')
        .choices(['text', 'json', 'csv', 'html'])
        .default('text'),
    );
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab report --since 90d
  $ trimtab report --format html >trims.html

The HTML is one file with charts, which needs no network. CSV has a line a day
and guest: day,guest,trims,trimmed_bytes,trimmed_untold,reclaimed_bytes,
reclaimed_untold. --json, or --format json, prints {since, until, rows[],
verdicts[], losses[], pools[], forecasts[], stillToBeHad}.`,
    )
    .action(async (options: ReportOptions) => {
      const answer = await connectDesk(context, options).report({ since: options.since });
      const isJson = options.json === true || options.format === 'json';
      tellAnswer({ terminal: context.terminal, answer, isJson, format: FORMATS[options.format] ?? formatReport });
      context.finish(EXIT.done);
    });
}

function parseSince(text: string): string {
  if (isSince(text)) return text;
  throw new InvalidArgumentError('It is a number of days, as 30d, or a day, as 2026-11-01.');
}
