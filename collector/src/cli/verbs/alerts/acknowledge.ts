import type { Command } from 'commander';
import type { AlertRow } from '../../../model/alerts-view.ts';
import { type CommandContext, UsageError } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import type { Page } from '../../views/page.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';
import { readSaid } from './who-says.ts';

/** What an id begins with, as the API takes it. */
const ID = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i;

export function addAcknowledge(alerts: Command, context: CommandContext): void {
  const command = alerts
    .command('acknowledge')
    .description('end the reminders of an alert until its values change')
    .argument('<id>', 'of the alert, or the eight digits that trimtab alerts shows')
    .option('--comment <words>', 'why');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab alerts acknowledge 3f2a91c0 --comment 'disks are ordered'

It is told again once it becomes critical, or worse by a step, and when it
ends. --json prints the alert.`,
    )
    .action(async (id: string) => {
      const options = command.optsWithGlobals<FaceOptions & { comment?: string }>();
      if (!ID.test(id))
        throw new UsageError('an id has at least eight of its digits (0-9, a-f), as trimtab alerts shows them');
      const said = readSaid(context, options);
      const answer = await connectDesk(context, options).acknowledge({ id, by: said.by, comment: said.comment });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: tell });
      context.finish(EXIT.done);
    });
}

function tell({ rule, subject }: AlertRow, { width }: Page): string {
  const text = `${rule} of ${subject} is acknowledged: nobody is reminded of it until it is worse.`;
  return `${wrap({ text, width }).join('\n')}\n`;
}
