import type { Command } from 'commander';
import { DEFAULT_OVERLAP_MS, LONGEST_OVERLAP_MS } from '../../../model/enrolment.ts';
import type { CommandContext, MovedKeys } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import { parseStretch } from '../../time-option.ts';
import type { Page } from '../../views/page.ts';
import { formatHostKeys, formatRotated } from '../../views/trust/host-keys.ts';
import { wrap } from '../../wrap.ts';
import { addPlaceOptions, findPlace, type PlaceOptions } from '../move-options.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';

export function addKeys(program: Command, context: CommandContext): void {
  const command = program
    .command('keys')
    .description('show the keys by which guests know this collector; change and save them');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab keys
  $ trimtab keys rotate --overlap 30d
  $ trimtab keys save /root/trimtab-keys.json

--json prints {takenAt, keys[{pin, owner, madeAt, until, knownBy}], guests}, the
key in use first. A pin is the SHA-256 of a key.`,
    )
    .action(async (options: FaceOptions) => {
      const answer = await connectDesk(context, options).hostKeys();
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: formatHostKeys });
      context.finish(EXIT.done);
    });
  addRotate(command, context);
  addSave(command, context);
  addRestore(command, context);
}

function addRotate(keys: Command, context: CommandContext): void {
  const command = keys
    .command('rotate')
    .description('make a new key and use it; the one before is taken for a while')
    .option(
      '--overlap <time>',
      'guests that know an older key alone may connect for so long at most: 12h, 30d; 0: none',
      parseStretch({ leastMs: 0, mostMs: LONGEST_OVERLAP_MS }),
      DEFAULT_OVERLAP_MS,
    );
  for (const option of command.options.filter(({ long }) => long === '--overlap'))
    option.defaultValueDescription = '30d';
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab keys rotate

Guests that are connected are told at once, others when they come. A guest that
does not come in that time has to join anew: trimtab enroll GUEST.
If the key was stolen: --overlap 0, which ends all older keys. Then save anew.
--json prints what trimtab keys --json prints.`,
    )
    .action(async () => {
      const options = command.optsWithGlobals<FaceOptions & { overlap: number }>();
      const answer = await connectDesk(context, options).rotateHostKey({ overlapMs: options.overlap });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: formatRotated });
      context.finish(EXIT.done);
    });
}

function addSave(keys: Command, context: CommandContext): void {
  const command = keys
    .command('save')
    .description('write the keys of this collector, and of its guests, to a file')
    .argument('<file>', 'where to; for its owner alone');
  addPlaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab keys save /root/trimtab-keys.json

Whoever has the file can pretend to be this collector: keep it as you keep the
host's own secrets. It has the private keys of the collector and the public
keys of the guests. Without it, a host whose state directory is lost knows none
of its guests, and each has to join anew. A collector that runs goes on.
--json prints {hostKeys, guests}: how many.`,
    )
    .action(async (path: string) => {
      const options = command.optsWithGlobals<PlaceOptions>();
      const answer = await context.saveKeys({ place: findPlace(context, options), path });
      const format = ({ hostKeys, guests }: MovedKeys, { width }: Page) => {
        const text = `Saved ${count(hostKeys, 'key')} of this collector and the public keys of ${count(guests, 'guest')}. Whoever has the file can pretend to be this collector.`;
        return `${wrap({ text, width }).join('\n')}\n`;
      };
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format });
      context.finish(EXIT.done);
    });
}

function addRestore(keys: Command, context: CommandContext): void {
  const command = keys
    .command('restore')
    .description('take in a file that keys save wrote; the collector must not run')
    .argument('<file>', 'that file');
  addPlaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab keys restore /root/trimtab-keys.json

The keys in the file take the place of those of this collector; the guests in it
are added to those that it knows. Guests that joined since the file was saved
have to join anew where the key of the collector has changed since. A file that
others may write is refused.
--json prints {hostKeys, guests}: how many there are, and how many were added.`,
    )
    .action(async (path: string) => {
      const options = command.optsWithGlobals<PlaceOptions>();
      const answer = await context.restoreKeys({ place: findPlace(context, options), path });
      const format = ({ hostKeys, guests }: MovedKeys, { width }: Page) => {
        const text = `Restored ${count(hostKeys, 'key')} of this collector, and added ${count(guests, 'guest')}. Next: start it, and see trimtab keys.`;
        return `${wrap({ text, width }).join('\n')}\n`;
      };
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format });
      context.finish(EXIT.done);
    });
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
