import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_TTL_MS, type Enrolled, LONGEST_TTL_MS, MOST_USES, SHORTEST_TTL_MS } from '../../../model/enrolment.ts';
import { type CommandContext, UsageError } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { sayWrapped } from '../../say.ts';
import { tellAnswer } from '../../tell-answer.ts';
import { parseStretch } from '../../time-option.ts';
import { AGENT_PORT, toChannelParts } from '../../views/trust/channel-port.ts';
import { formatEnrolled, formatEnrolments, formatPart, tellWithdrawn } from '../../views/trust/enrolled.ts';
import { WAYS_TO_JOIN, type WayToJoin } from '../../views/trust/ways-to-join.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';

interface EnrollOptions extends FaceOptions {
  readonly ttl: number;
  readonly uses: number;
  readonly as?: WayToJoin;
  readonly channel?: true;
  readonly list?: true;
  readonly withdraw?: string;
}

export function addEnroll(program: Command, context: CommandContext): void {
  const command = program
    .command('enroll')
    .description('print a token by which a guest joins, and what to do with it')
    .argument('[guest]', 'its name; with none, whoever has the token is called as it would be')
    .option(
      '--ttl <time>',
      'the token is good for so long: 30m, 2h, 3d',
      parseStretch({ leastMs: SHORTEST_TTL_MS, mostMs: LONGEST_TTL_MS }),
      DEFAULT_TTL_MS,
    )
    .option('--uses <count>', 'so many guests may join by it (for a template; without a guest)', parseUses, 1)
    .addOption(new Option('--as <how>', 'for a guest that joins by itself when it starts').choices(WAYS_TO_JOIN))
    .option('--channel', 'instead: what adds the virtio-serial port, by which no token is needed')
    .option('--list', 'list the tokens that still let guests in')
    .option('--withdraw <token>', 'have one let in nobody any more, by its id');
  // commander would print the default in milliseconds.
  for (const option of command.options.filter(({ long }) => long === '--ttl')) option.defaultValueDescription = '1h';
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab enroll web-1
  $ trimtab enroll --uses 20 --ttl 1d --as cloud-init

The token is told once: of its secret the collector keeps what cannot let in.
In the guest: trimtab-agent join TOKEN. --as prints what brings it to a guest
that is still to start. More: docs/how-to-join.md.
--json prints {id, guest, mostUses, uses, madeAt, expiresAt, madeBy, token,
command, addresses[], pin, findings[]}; with --list {takenAt, enrolments[]}.`,
    )
    .action(async (guest: string | undefined, options: EnrollOptions) => {
      requireSense(guest ?? null, options);
      await answer(context, { guest: guest ?? null, options });
      context.finish(EXIT.done);
    });
}

async function answer(
  context: CommandContext,
  { guest, options }: { readonly guest: string | null; readonly options: EnrollOptions },
): Promise<void> {
  const { terminal } = context;
  const isJson = options.json === true;
  if (options.channel === true) return tellChannel(context, { guest, isJson });
  const desk = connectDesk(context, options);
  if (options.list === true)
    return tellAnswer({ terminal, answer: await desk.enrolments(), isJson, format: formatEnrolments });
  if (options.withdraw !== undefined) {
    const withdrawn = await desk.withdraw({ id: options.withdraw });
    return tellAnswer({ terminal, answer: withdrawn, isJson, format: tellWithdrawn });
  }
  const made = await desk.enroll({ guest, ttlMs: options.ttl, uses: options.uses });
  const format = (plain: Enrolled, page: Parameters<typeof formatEnrolments>[1]) =>
    formatEnrolled(plain, options.as ?? null, page);
  tellAnswer({ terminal, answer: made, isJson, format });
  if (isJson) return;
  for (const { subject, sentence, hint } of made.findings)
    sayWrapped(terminal.err, `${subject}: ${sentence}.${hint === null ? '' : ` ${hint}`}`);
}

function tellChannel(
  { terminal }: CommandContext,
  { guest, isJson }: { readonly guest: string | null; readonly isJson: boolean },
): void {
  const told = { port: AGENT_PORT, guest, parts: toChannelParts(guest) };
  tellAnswer({
    terminal,
    answer: told,
    isJson,
    format: ({ parts }, page) => {
      const next =
        'No token is needed: the port is this guest’s alone. The agent finds it when it starts (trimtab-agent run), and the collector within a minute. Next: trimtab guests.';
      return `${[...parts.flatMap((part) => formatPart(part, page)), ...wrap({ text: next, width: page.width })].join('\n')}\n`;
    },
  });
}

function requireSense(guest: string | null, { uses, as, channel, list, withdraw }: EnrollOptions): void {
  const wanted = [list === true, withdraw !== undefined, channel === true].filter(Boolean).length;
  if (wanted > 1) throw new UsageError('--channel, --list and --withdraw are asked for one at a time');
  if ((list === true || withdraw !== undefined) && guest !== null)
    throw new UsageError('with --list and --withdraw there is no guest to name');
  if (wanted === 1 && as !== undefined) throw new UsageError('--as is of a new token');
  if (guest !== null && uses > 1)
    throw new UsageError(
      `a token for ${guest} lets in one. For several leave the name out: each is called as it would be`,
    );
}

function parseUses(text: string): number {
  const uses = Number(text);
  if (/^\d+$/.test(text) && uses >= 1 && uses <= MOST_USES) return uses;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST_USES}.`);
}
