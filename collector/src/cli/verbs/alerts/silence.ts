import { type Command, InvalidArgumentError } from 'commander';
import type { NewSilence, Unsilenced } from '../../../model/alerts-view.ts';
import { LONGEST_SILENCE_MS } from '../../../model/silence.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import { readStretch } from '../../time-option.ts';
import { formatInstant } from '../../views/format-time.ts';
import type { Page } from '../../views/page.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';
import { readSaid } from './who-says.ts';

const IN_DAYS = `${LONGEST_SILENCE_MS / 86_400_000}d`;

export function addSilence(alerts: Command, context: CommandContext): void {
  const command = alerts
    .command('silence')
    .description('have nobody told of some alerts for a while')
    .argument('<rule or subject>', 'a rule, a pool, a guest, or RULE:SUBJECT; * for any text')
    .requiredOption('--for <time>', `for so long: 30m, 2h, 3d, 2w; at most ${IN_DAYS}`, parseTime)
    .option('--comment <words>', 'why');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab alerts silence guest-away --for 2h --comment 'network is rebuilt'
  $ trimtab alerts silence 'web-*' --for 3d

The alerts start, end and are listed all the same. What still fires when the
silence ends is told then. An end is told to who was told of the start.
--json prints {id, pattern, madeAt, until, by, comment, fits}.`,
    )
    .action(async (pattern: string) => {
      const options = command.optsWithGlobals<FaceOptions & { for: number; comment?: string }>();
      const said = readSaid(context, options);
      const desk = connectDesk(context, options);
      const answer = await desk.silence({ pattern, forMs: options.for, by: said.by, comment: said.comment });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: tellSilence });
      context.finish(EXIT.done);
    });
}

export function addUnsilence(alerts: Command, context: CommandContext): void {
  const command = alerts
    .command('unsilence')
    .description('end a silence before its time')
    .argument('<pattern or id>', 'as it was given, or how the id begins');
  addFaceOptions(command)
    .addHelpText('after', "\nExample:\n  $ trimtab alerts unsilence 'web-*'\n\n--json prints {removed[]}.")
    .action(async (silence: string) => {
      const options = command.optsWithGlobals<FaceOptions>();
      const answer = await connectDesk(context, options).unsilence({ silence });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: tellEnd });
      context.finish(EXIT.done);
    });
}

function tellSilence({ pattern, until, fits }: NewSilence, { width, timeZone }: Page): string {
  const when = formatInstant({ iso: until, timeZone });
  const text = fits
    ? `Nobody is told of ${pattern} until ${when}.`
    : `${pattern} fits no rule, pool or guest that there is now: nothing is silenced by it, unless one comes until ${when}.`;
  return `${wrap({ text, width }).join('\n')}\n`;
}

function tellEnd({ removed }: Unsilenced, { width }: Page): string {
  const text = `The silence of ${removed.map(({ pattern }) => pattern).join(', ')} is over.`;
  return `${wrap({ text, width }).join('\n')}\n`;
}

function parseTime(text: string): number {
  const ms = readStretch(text) ?? 0;
  if (ms > 0 && ms <= LONGEST_SILENCE_MS) return ms;
  throw new InvalidArgumentError(`It is a time such as 30m, 2h or 3d, at most ${IN_DAYS}.`);
}
