import type { Command } from 'commander';
import type { TrimResult } from '../../model/trim-result.ts';
import type { ManyTrimsRequest } from '../../ports/desk/trims.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT, trimToExitCode } from '../exit-code.ts';
import { sayWrapped } from '../say.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatAskedGuests } from '../views/asked-guests.ts';
import { formatTrim } from '../views/trim.ts';
import { LEFT, watchTrim } from '../watch-trim.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addTrim(program: Command, context: CommandContext): void {
  const command = program
    .command('trim')
    .description('have a guest trim its filesystems, and show what the host got back')
    .argument('[guest]', 'name or id, as `trimtab guests` shows it')
    .argument('[mount...]', 'only these filesystems of it')
    .option('--all', 'ask all guests at once, and do not wait for what comes of it')
    .option('--fail-on-lost', 'end with 3 if the discards of a disk were lost')
    .option('--even-if-tainted', 'through qemu-guest-agent: also ask libvirt for what it notes on the domain');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab trim web-1 / /home
  $ trimtab trim --all

Ctrl-C asks the guest to stop; a second one leaves without waiting for that.
With our agent in it, the QEMU of a libvirt guest is asked for its counters
through libvirt, unless it has a QMP socket of its own. libvirt notes that on
the domain while it runs ("tainted: custom monitor control commands issued"), as
for trimtab repair. To never ask: trimtab serve --without-qemu-counters.
If the collector restarts meanwhile, this waits for it, up to a minute.
A guest without our agent is trimmed by its qemu-guest-agent: all that it has
mounted, and nothing stops that. libvirt is then asked for nothing that it
notes, so that what was trimmed, received and passed is not counted; what the
image fell by is. With --even-if-tainted all is counted, and libvirt notes a
second thing: "custom guest agent control commands issued" (this one also where
--without-qemu-counters is set: that is of QEMU's counters alone).
--json prints {id, guest, inside, trigger, requestId, startedAt, durationMs,
filesystems[], disks[{device, image, matchedBy, hops{}, writtenBytes,
allocationBytes{}, verdict, lostAt, cause, sentence, evidence[], fix}],
libvirtNoted}; null is "not measurable".
Exit codes: 0 done, 1 error, refused or cancelled, 2 wrong usage, 32 all
filesystems failed, 64 some failed, 130 interrupted. They tell whether the guest
could trim. The verdict does not change them: a trim that was lost on the host
ends with 0, and with 3 where --fail-on-lost was given (and no filesystem
failed). For a script that shall notice: trimtab trim web-1 --fail-on-lost

--all asks every guest of this host in one call and ends when all requests are
stored. The trims then go on, so many at once on each pool as it has slots; the
results are in trimtab history. Mounts, if any are given, are of each guest.
--json then prints {asked[{guest, requestId}], refused[{guest, error{}}]}, and
the exit code is 1 where no guest was asked, or one was refused for another
reason than that it is off or that nobody in it can trim.`,
    )
    .action((first: string | undefined, others: string[], options: TrimOptions) => {
      const isAll = options.all === true;
      if (first === undefined && !isAll) throw new UsageError("missing required argument 'guest', or --all");
      const words = first === undefined ? [] : [first, ...others];
      const mounts = isAll ? words : words.slice(1);
      const relative = mounts.find((mount) => !mount.startsWith('/'));
      if (relative !== undefined) throw new UsageError(`the mount '${relative}' is not an absolute path`);
      const wish = { mounts: mounts.length === 0 ? null : mounts, evenIfTainted: options.evenIfTainted === true };
      return isAll ? trimAll({ context, options, wish }) : trimOne({ context, options, guest: first ?? '', wish });
    });
}

type TrimOptions = FaceOptions & { failOnLost?: true; evenIfTainted?: true; all?: true };

interface Wished {
  readonly context: CommandContext;
  readonly options: TrimOptions;
  readonly wish: Omit<ManyTrimsRequest, 'guests'>;
}

async function trimOne({ context, options, guest, wish }: Wished & { readonly guest: string }): Promise<void> {
  const { terminal } = context;
  const isJson = options.json === true;
  const result = await watchTrim(context, {
    desk: connectDesk(context, options),
    request: { guest, ...wish },
    isJson,
  });
  if (result === null) {
    // People were told on stderr.
    if (isJson) tellAnswer({ terminal, answer: { error: LEFT }, isJson, format: () => '' });
    return context.finish(EXIT.error);
  }
  tellAnswer({ terminal, answer: result, isJson, format: formatTrim });
  if (!isJson && result.libvirtNoted === 'now') sayWrapped(terminal.err, tellNoted(result));
  context.finish(trimToExitCode(result, { failOnLost: options.failOnLost === true }));
}

/** Thousands of trims take hours where each pool has a few slots: they are asked for, and not waited for. */
async function trimAll({ context, options, wish }: Wished): Promise<void> {
  if (options.failOnLost === true)
    throw new UsageError('--fail-on-lost is about the result of one guest, and --all waits for none');
  const answer = await connectDesk(context, options).requestTrims({ guests: null, ...wish });
  tellAnswer({
    terminal: context.terminal,
    answer,
    isJson: options.json === true,
    format: formatAskedGuests,
  });
  const isDone = answer.asked.length > 0 && answer.refused.every(({ error }) => NOBODY_IN.has(error.code));
  context.finish(isDone ? EXIT.done : EXIT.error);
}

/** Of all guests, some are off, and in some there is nobody who trims: that is no failure. */
const NOBODY_IN: ReadonlySet<string> = new Set(['guest-off', 'no-agent']);

/** Once: libvirt keeps it until the guest is powered off. */
function tellNoted({ guest, inside }: Pick<TrimResult, 'guest' | 'inside'>): string {
  if (inside === 'qemu-ga')
    return `libvirt now notes on ${guest} that its QEMU was asked for its counters, and its qemu-guest-agent to trim (virsh dominfo: "tainted: custom monitor control commands issued" and "custom guest agent control commands issued"), until it is powered off. Without --even-if-tainted neither is noted, and trimmed, received and passed are not counted.`;
  return `libvirt now notes on ${guest} that its QEMU was asked for its counters (virsh dominfo: "tainted: custom monitor control commands issued"), until it is powered off. To never ask: trimtab serve --without-qemu-counters. received and passed are then not counted.`;
}
