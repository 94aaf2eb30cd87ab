import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatGuests } from '../views/guests.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addGuests(program: Command, context: CommandContext): void {
  const command = program.command('guests').description('list the guests of this host and their agents');
  addFaceOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ trimtab guests\n\n--json prints {takenAt, guests[{name, id, source, seenBy[], state, agent,\ntrimmable,\ninventory}], findings[]}. state is connected, away (its agent is not connected),\noff (no QEMU of it runs on this host) or no-agent (none has ever connected).',
    )
    .action(async (options: FaceOptions) => {
      const { terminal } = context;
      // Only JSON shows them, and of many guests they are megabytes.
      const guests = await connectDesk(context, options).guests({ inventories: options.json === true });
      tellAnswer({ terminal, answer: guests, isJson: options.json === true, format: formatGuests });
      context.finish(EXIT.done);
    });
}
