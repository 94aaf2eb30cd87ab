import type { Command } from 'commander';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { createRowsProgress } from '../progress.ts';
import { addPlaceOptions, findPlace, type PlaceOptions, tellMoved } from './move-options.ts';

export function addExport(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .description('write all that the collector remembers to a file')
    .argument('<file>', 'where to; - is standard output');
  addPlaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab export history.jsonl

Guests, trims, requests and samples of this host, as they are at one moment; a
collector that runs goes on. trimtab import takes them in elsewhere: in a file
(SQLite) or a PostgreSQL database. The file is JSON, a document a line, whole
or not there, and for its owner alone. To standard output it goes as fast as
the other side reads; until then the database keeps what changes meanwhile.
--json prints {rows}.
Exit codes: 0 done, 1 error, 2 wrong usage, 130 interrupted.`,
    )
    .action(async (path: string, options: PlaceOptions) => {
      const isJson = options.json === true;
      if (isJson && path === '-') throw new UsageError('--json would mix with the history on standard output');
      const { terminal, pause } = context;
      const progress = createRowsProgress({ sink: terminal.err, pause, word: 'exported' });
      const place = findPlace(context, options);
      const rows = await context.exportHistory({ place, path, onLine: progress.show }).finally(progress.end);
      tellMoved({ context, word: 'Exported', rows, isJson });
      context.finish(EXIT.done);
    });
}
