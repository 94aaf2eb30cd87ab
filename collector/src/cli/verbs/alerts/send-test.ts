import type { Command } from 'commander';
import type { TestedSender } from '../../../ports/notices.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import type { Page } from '../../views/page.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';

export function addTest(alerts: Command, context: CommandContext): void {
  const command = alerts
    .command('test')
    .description('send a notice that says it is a test, and see who takes it')
    .option('--to <name>', 'by this sender alone');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab alerts test --to oncall

--json prints {senders[{name, outcome}]}; outcome is "delivered", or the error.
Exit codes: 0 all have taken it, 1 no sender is set up, or another error, 2
wrong usage, 32 none has taken it, 64 some have not.`,
    )
    .action(async () => {
      const options = command.optsWithGlobals<FaceOptions & { to?: string }>();
      const answer = await connectDesk(context, options).testSenders({ to: options.to ?? null });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: tell });
      context.finish(toExitCode(answer.senders));
    });
}

function toExitCode(senders: readonly TestedSender[]): ExitCode {
  if (senders.length === 0) return EXIT.error;
  const failed = senders.filter(({ outcome }) => outcome !== 'delivered').length;
  if (failed === 0) return EXIT.done;
  return failed === senders.length ? EXIT.allFailed : EXIT.someFailed;
}

function tell({ senders }: { readonly senders: readonly TestedSender[] }, page: Page): string {
  const none = 'No sender is set up, so that alerts are in the log and in trimtab alerts alone.';
  const lines =
    senders.length === 0
      ? wrap({ text: none, width: page.width })
      : senders.flatMap((sender) => describe(sender, page));
  return `${lines.join('\n')}\n`;
}

function describe({ name, outcome }: TestedSender, { width, paint }: Page): string[] {
  if (outcome === 'delivered') return wrap({ text: `${name}: delivered`, width }).map((line) => paint('good', line));
  const hint = outcome.hint === null ? [] : wrap({ text: outcome.hint, width, first: '  ' });
  return [...wrap({ text: `${name}: ${outcome.cause}`, width }).map((line) => paint('bad', line)), ...hint];
}
