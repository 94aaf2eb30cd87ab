import type { Command } from 'commander';
import type { GuestKeysDone, HeldRow, Renamed } from '../../../model/enrolment.ts';
import type { RemoteDesk } from '../../../ports/desk/remote-desk.ts';
import { type CommandContext, UsageError } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import type { Page } from '../../views/page.ts';
import { quote } from '../../views/trust/channel-port.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';

/** A word of a person on who is let in: a command below `guests` that asks one thing, and tells what came of it. */
interface Word<Answer> {
  readonly name: string;
  readonly description: string;
  /** Its argument, and what that is. */
  readonly argument: readonly [string, string];
  readonly help: string;
  readonly ask: (desk: RemoteDesk, asked: { readonly wanted: string; readonly as: string | null }) => Promise<Answer>;
  readonly tell: (answer: Answer) => string;
}

export function addGuestWords(guests: Command, context: CommandContext): void {
  const approve = addWord(guests, context, APPROVE);
  approve.option('--as <name>', 'call it so');
  addWord(guests, context, DISMISS);
  addWord(guests, context, REVOKE);
  addWord(guests, context, REINSTATE);
  addRename(guests, context);
  addForgetElsewhere(guests);
}

/** Looked for here, beside the other words; it is a command of its own, since it is also for guests that never joined. */
function addForgetElsewhere(guests: Command): void {
  guests
    .command('forget', { hidden: true })
    .argument('[guest...]')
    .allowUnknownOption()
    .action((wanted: readonly string[]) => {
      throw new UsageError(`a guest is forgotten by: trimtab forget ${wanted.map(quote).join(' ') || 'GUEST'}`);
    });
}

const APPROVE: Word<HeldRow> = {
  name: 'approve',
  description: 'let in a guest that is held as a possible copy, as one of its own',
  argument: ['<id or name>', 'as `trimtab guests` shows it'],
  help: `
Example:
  $ trimtab guests approve 3f2a91c0 --as web-2

At its next connection it makes a key of its own, and is a guest of its own from
then on. The guest whose key it showed keeps that. Also lets in one that was
dismissed. Without --as it is called as the hypervisor calls it, else as it does
itself, with ~2 or the like behind it where another guest is called so.
--json prints {id, hostname, productUuid, machineId, address, keyOf, reason,
firstAt, lastAt, approvedBy, approvedName}.`,
  ask: (desk, { wanted: held, as: name }) => desk.approve({ held, name }),
  tell: tellApproved,
};

function tellApproved({ hostname, approvedName }: HeldRow): string {
  const called =
    approvedName === null
      ? `, and called as the hypervisor calls it, else ${hostname}: with ~2 or the like behind it where another guest is called so (--as NAME chooses)`
      : `, and called ${approvedName}`;
  return `${hostname} is let in at its next connection${called}. That is within some minutes where its agent runs, else once trimtab-agent run is started in it. Next: trimtab guests.`;
}

const DISMISS: Word<HeldRow> = {
  name: 'dismiss',
  description: 'keep out a guest that is held, and ask no more',
  argument: ['<id or name>', 'as `trimtab guests` shows it'],
  help: `
Example:
  $ trimtab guests dismiss 3f2a91c0

It is asked of again where it is held for another reason, or where it may be the
guest whose key it shows. trimtab guests names those that were dismissed last.
--json prints it as approve does.`,
  ask: (desk, { wanted: held }) => desk.dismiss({ held }),
  tell: ({ id, hostname }) =>
    `${hostname} stays out, and nobody is asked of it any more. If that was wrong: trimtab guests approve ${id}`,
};

const REVOKE: Word<GuestKeysDone> = {
  name: 'revoke',
  description: 'keep a guest out: its key is let in no more, and its connection ends',
  argument: ['<guest>', 'name or id'],
  help: `
Example:
  $ trimtab guests revoke web-1

Its history stays. A new token does not let this key in either.
--json prints {guest, guestId, keys}.`,
  ask: (desk, { wanted: guest }) => desk.revoke({ guest }),
  tell: ({ guest }) => `${guest} is kept out from now on. To let it in again: trimtab guests reinstate ${quote(guest)}`,
};

const REINSTATE: Word<GuestKeysDone> = {
  name: 'reinstate',
  description: 'let in the key of a guest again that was revoked',
  argument: ['<guest>', 'name or id'],
  help: `
Example:
  $ trimtab guests reinstate web-1

--json prints {guest, guestId, keys}.`,
  ask: (desk, { wanted: guest }) => desk.reinstate({ guest }),
  tell: ({ guest }) => `${guest} may connect again, and does within some minutes. Next: trimtab guests.`,
};

function addWord<Answer>(guests: Command, context: CommandContext, word: Word<Answer>): Command {
  const command = guests
    .command(word.name)
    .description(word.description)
    .argument(...word.argument);
  return addFaceOptions(command)
    .addHelpText('after', word.help)
    .action(async (wanted: string) => {
      const options = command.optsWithGlobals<FaceOptions & { readonly as?: string }>();
      const answer = await word.ask(connectDesk(context, options), { wanted, as: options.as ?? null });
      const format = (plain: Answer, { width }: Page) => `${wrap({ text: word.tell(plain), width }).join('\n')}\n`;
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format });
      context.finish(EXIT.done);
    });
}

function addRename(guests: Command, context: CommandContext): void {
  const command = guests
    .command('rename')
    .description('call a guest otherwise; its history goes with it')
    .argument('<guest>', 'name or id')
    .argument('<name>', 'what it is called from now on');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab guests rename web-1 shop-1

The name stays, whatever the hypervisor or the guest itself calls it.
--json prints {guestId, was, name}.`,
    )
    .action(async (guest: string, name: string) => {
      const options = command.optsWithGlobals<FaceOptions>();
      const answer = await connectDesk(context, options).rename({ guest, name });
      const format = (plain: Renamed, { width }: Page) =>
        `${wrap({ text: `${plain.was} is called ${plain.name} from now on.`, width }).join('\n')}\n`;
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format });
      context.finish(EXIT.done);
    });
}
