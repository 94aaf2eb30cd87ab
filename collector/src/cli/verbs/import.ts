import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { createRowsProgress } from '../progress.ts';
import { addPlaceOptions, findPlace, type PlaceOptions, tellMoved } from './move-options.ts';

export function addImport(program: Command, context: CommandContext): void {
  const command = program
    .command('import')
    .description('take in what trimtab export wrote; the collector must not run')
    .argument('<file>', 'what trimtab export wrote; - is standard input');
  addPlaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab import history.jsonl --database postgres://trimtab@db/trimtab

To move a history: stop the collector, trimtab export, trimtab import, write
database = "…" to the configuration, and start the collector.
It is taken in as a whole or not at all: a file that was cut or changed, one of
another version, and a host that has a history already are refused.
--json prints {rows}.
Exit codes: 0 done, 1 error, 2 wrong usage, 130 interrupted.`,
    )
    .action(async (path: string, options: PlaceOptions) => {
      const { terminal, pause } = context;
      const progress = createRowsProgress({ sink: terminal.err, pause, word: 'imported' });
      const place = findPlace(context, options);
      const rows = await context.importHistory({ place, path, onLine: progress.show }).finally(progress.end);
      tellMoved({ context, word: 'Imported', rows, isJson: options.json === true });
      context.finish(EXIT.done);
    });
}
