import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatStatus } from '../views/status.ts';
import { watchStatus } from '../watch-status.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('show the pools, the images in them, and which pass discards on')
    .option('--now', 'look anew, instead of telling what was sampled last')
    .option('--watch', 'look anew every two seconds, until Ctrl-C');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab status --watch

The fullest pool comes first. Pools and images are sampled every minute, and
looked up anew every five or when something changed; how old they are is told.
--json prints {takenAt, surveyedAt, askedAt, pools[], images[], unclaimed[],
sources[], findings[]}; sizes are bytes. With --watch each document is on a
line of its own.
Exit codes: 0 done, 1 error, 2 wrong usage, 130 interrupted, which is how
--watch ends.`,
    )
    .action(async (options: FaceOptions & { now?: true; watch?: true }) => {
      const { terminal } = context;
      const desk = connectDesk(context, options);
      if (options.watch === true) {
        await watchStatus(context, { desk, isJson: options.json === true });
        return context.finish(terminal.out.gone.aborted ? EXIT.done : EXIT.interrupted);
      }
      const status = await desk.status({ now: options.now === true });
      tellAnswer({ terminal, answer: status, isJson: options.json === true, format: formatStatus });
      context.finish(EXIT.done);
    });
}
