import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import { formatAlerts } from '../../views/alerts.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';
import { addAcknowledge } from './acknowledge.ts';
import { addTest } from './send-test.ts';
import { addSilence, addUnsilence } from './silence.ts';

export function addAlerts(program: Command, context: CommandContext): void {
  const command = program
    .command('alerts')
    .description('list what fires and what ended lately; silence and acknowledge')
    .option('--all', 'all that ended, as far as they are kept');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab alerts
  $ trimtab alerts silence 'pool-full:/srv/*' --for 2h --comment 'new disks'

The rules, their marks and how to be told of alerts: docs/how-to-be-warned.md.
--json prints {takenAt, firing[], pending[], ended[], silences[], findings[]},
each alert {id, rule, severity, subject, host, startedAt, endedAt, sentence,
hint, values, acknowledged, easing, silencedUntil}.
Exit codes: 0 done, also where something fires; 1 error, 2 wrong usage.`,
    )
    .action(async (options: FaceOptions & { all?: true }) => {
      const { terminal } = context;
      const answer = await connectDesk(context, options).alerts({ all: options.all === true });
      tellAnswer({ terminal, answer, isJson: options.json === true, format: formatAlerts });
      context.finish(EXIT.done);
    });
  addTest(command, context);
  addSilence(command, context);
  addUnsilence(command, context);
  addAcknowledge(command, context);
}
