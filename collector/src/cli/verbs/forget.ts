import type { Command } from 'commander';
import type { Forgetting } from '../../model/forgetting.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { say } from '../say.ts';
import { tellAnswer, toShown } from '../tell-answer.ts';
import type { Page } from '../views/page.ts';
import { wrap } from '../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addForget(program: Command, context: CommandContext): void {
  const command = program
    .command('forget')
    .description('forget a guest that is gone, with its stored trims')
    .argument('<guest>', 'name or id, as `trimtab guests` shows it')
    .option('--yes', 'do it without asking');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab forget web-1

It says how many stored trims go with the guest, and asks. Its name is free at
once. Should its agent ever connect again, it is a new guest without a history.
A guest whose agent is connected is not forgotten. Nothing is changed in the
hypervisor: a guest that it has stays in the list.
--json prints {guest, guestId, trims, knownToHost, forgotten}.
Exit codes: 0 forgotten, 1 an error, or not forgotten, 2 wrong usage, 130
interrupted.`,
    )
    .action(async (guest: string, options: FaceOptions & { yes?: true }) => {
      const { terminal } = context;
      if (options.yes !== true && !terminal.canAsk)
        throw new UsageError('there is no terminal to ask on. --yes forgets it without asking');
      const desk = connectDesk(context, options);
      let meant = guest;
      if (options.yes !== true) {
        const asked = await desk.forget({ guest, dryRun: true });
        // A name may have gone to another guest by the time of the answer.
        meant = asked.guestId;
        const question = askFor(toShown(asked));
        const answer = await terminal.confirm(wrap({ text: question, width: terminal.err.columns - 6 }).join('\n'));
        if (answer !== 'yes') {
          say(terminal.err, 'nothing was forgotten');
          return context.finish(answer === 'interrupted' ? EXIT.interrupted : EXIT.error);
        }
      }
      const done = await desk.forget({ guest: meant, dryRun: false });
      tellAnswer({ terminal, answer: done, isJson: options.json === true, format: tell });
      context.finish(EXIT.done);
    });
}

function askFor({ guest, trims, knownToHost }: Forgetting): string {
  const stays = knownToHost ? ' The hypervisor has it, and keeps it.' : '';
  return `${guest}: ${countTrims(trims)} would be gone for good.${stays} Forget it?`;
}

function tell({ guest, trims, knownToHost }: Forgetting, { width }: Page): string {
  const stays = knownToHost ? ' The hypervisor still has it, so it stays in the list.' : '';
  const text = `${guest} is forgotten, with ${countTrims(trims)}.${stays}`;
  return `${wrap({ text, width }).join('\n')}\n`;
}

function countTrims(trims: number): string {
  return trims === 1 ? '1 stored trim' : `${trims} stored trims`;
}
