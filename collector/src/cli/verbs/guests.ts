import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatGuests } from '../views/guests.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';
import { addGuestWords } from './trust/guest-words.ts';

export function addGuests(program: Command, context: CommandContext): void {
  const command = program
    .command('guests')
    .description('list the guests of this host and their agents; say who is let in');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab guests
  $ trimtab guests approve 3f2a91c0

--json prints {takenAt, guests[{name, id, source, seenBy[], state, agent,
inside, proof, isRevoked, trimmable, inventory}], held[], findings[]}. state is
connected (our agent is connected, or its qemu-guest-agent answers), away (it
had our agent, which is not connected), off (no QEMU of it runs on this host) or
no-agent (it never had ours, and no qemu-guest-agent answers). inside tells
which of the two. proof is what says that it is this guest: its channel, a key
of its own, or only its word.`,
    )
    .action(async (options: FaceOptions) => {
      const { terminal } = context;
      // Only JSON shows them, and of many guests they are megabytes.
      const guests = await connectDesk(context, options).guests({ inventories: options.json === true });
      tellAnswer({ terminal, answer: guests, isJson: options.json === true, format: formatGuests });
      context.finish(EXIT.done);
    });
  addGuestWords(command, context);
}
