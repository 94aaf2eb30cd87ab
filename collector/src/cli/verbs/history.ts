import { type Command, InvalidArgumentError } from 'commander';
import { TRIMS_KEPT } from '../../model/trim-result.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { pageOf } from '../page-of.ts';
import { formatJson } from '../plain-text.ts';
import { formatHistory } from '../views/history.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addHistory(program: Command, context: CommandContext): void {
  const command = program
    .command('history')
    .description('list the trims that are stored, newest first')
    .argument('[guest]', 'only those of this guest')
    .option('--limit <count>', `at most this many, 1 to ${TRIMS_KEPT}`, parseLimit, 50);
  addFaceOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ trimtab history web-1 --limit 10\n\n--json prints {trims[]}, each as `trimtab trim --json` prints it.',
    )
    .action(async (guest: string | undefined, options: FaceOptions & { limit: number }) => {
      const { terminal } = context;
      const trims = await connectDesk(context, options).history({ guest: guest ?? null, limit: options.limit });
      terminal.out.write(options.json ? formatJson({ trims }) : formatHistory(trims, pageOf(terminal)));
      context.finish(EXIT.done);
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= TRIMS_KEPT) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${TRIMS_KEPT}.`);
}
