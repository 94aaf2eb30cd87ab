import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { pageOf } from '../page-of.ts';
import { formatJson } from '../plain-text.ts';
import { formatStatus } from '../views/status.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('show the pools, the images in them, and which pass discards on');
  addFaceOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ trimtab status\n\n--json prints {takenAt, pools[], images[], sources[], findings[]};\nsizes are bytes.',
    )
    .action(async (options: FaceOptions) => {
      const { terminal } = context;
      const status = await connectDesk(context, options).status();
      terminal.out.write(options.json ? formatJson(status) : formatStatus(status, pageOf(terminal)));
      context.finish(EXIT.done);
    });
}
