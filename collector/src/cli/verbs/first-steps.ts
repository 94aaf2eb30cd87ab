import { quote } from '@trimtab/protocol/causes';
import { toFlag } from '@trimtab/protocol/shared';
import { Command } from 'commander';
import type { FirstSteps } from '../../model/first-steps.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { seeAround } from '../first-steps/see-around.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatFirstSteps } from '../views/first-steps.ts';
import { addFaceOptions, connectDesk, type FaceOptions, placeOfDesk } from './socket-option.ts';

const NEITHER = ['-h', '--help', '-V', '--version'];

/** Does this command line name no command, and ask for nothing else either? */
export function isBareCall([first, ...others]: readonly string[]): boolean {
  if (first === undefined) return true;
  return first.startsWith('-') && ![first, ...others].some((arg) => NEITHER.includes(arg));
}

/**
 * `trimtab` alone. It is a program of its own, since commander takes the options of one with commands for options of
 * each of these.
 */
export function createFirstSteps(context: CommandContext): Command {
  const command = new Command('trimtab').helpOption(false).argument('[word...]');
  return addFaceOptions(command).action(async ([word]: readonly string[], options: FaceOptions) => {
    if (word !== undefined) throw new UsageError(`the command goes first: trimtab ${word} OPTIONS`);
    const { terminal, hasService } = context;
    const place = placeOfDesk(context, options);
    const desk = connectDesk(context, options);
    const seen = await seeAround({ desk, ...place, hasService });
    const answer = withGiven(seen, options);
    tellAnswer({ terminal, answer, isJson: options.json === true, format: formatFirstSteps });
    context.finish(answer.collector.runs ? EXIT.done : EXIT.error);
  });
}

const GIVEN = ['socket', 'api', 'apiTokenFile', 'apiPin', 'apiCa'] as const;

/** The next command finds the same collector by the same options. */
function withGiven(seen: FirstSteps, options: FaceOptions): FirstSteps {
  const { command } = seen.next;
  if (!command.startsWith('trimtab ')) return seen;
  const given = GIVEN.flatMap((key) => {
    const value = options[key];
    return value === undefined ? [] : [`--${toFlag(key)} ${quote(value)}`];
  });
  return { ...seen, next: { ...seen.next, command: [command, ...given].join(' ') } };
}
