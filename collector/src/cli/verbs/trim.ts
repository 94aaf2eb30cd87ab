import { Fault } from '@trimtab/protocol/shared';
import type { Command } from 'commander';
import type { TrimResult } from '../../model/trim-result.ts';
import type { Desk } from '../../ports/desk.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT, trimToExitCode } from '../exit-code.ts';
import { pageOf } from '../page-of.ts';
import { formatJson } from '../plain-text.ts';
import { createProgress, type Progress } from '../progress.ts';
import { formatTrim } from '../views/trim.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addTrim(program: Command, context: CommandContext): void {
  const command = program
    .command('trim')
    .description('have a guest trim its filesystems, and show what the host got back')
    .argument('<guest>', 'name or id, as `trimtab guests` shows it')
    .argument('[mount...]', 'only these filesystems of it');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab trim web-1 / /home

Ctrl-C asks the guest to stop; a second one leaves without waiting for that.
--json prints {id, guest, trigger, requestId, startedAt, durationMs, filesystems[], disks[{device, image, matchedBy,
hops{}, writtenBytes, allocationBytes{}, verdict, lostAt, cause, sentence, evidence[], fix}]}; null is "not measurable".
Exit codes: 0 done, 1 error, refused or cancelled, 2 wrong usage, 32 all filesystems failed, 64 some failed.`,
    )
    .action(async (guest: string, mounts: string[], options: FaceOptions) => {
      const relative = mounts.find((mount) => !mount.startsWith('/'));
      if (relative !== undefined) throw new UsageError(`the mount '${relative}' is not an absolute path`);
      const { terminal } = context;
      const result = await trim({
        context,
        desk: connectDesk(context, options),
        guest,
        mounts,
        isJson: options.json === true,
      });
      if (result === null) return context.finish(EXIT.error);
      terminal.out.write(options.json ? formatJson(result) : formatTrim(result, pageOf(terminal)));
      context.finish(trimToExitCode(result));
    });
}

/** The result, or null when a second Ctrl-C ended the waiting. Throws a Fault when the trim is refused. */
async function trim({
  context,
  desk,
  guest,
  mounts,
  isJson,
}: {
  context: CommandContext;
  desk: Desk;
  guest: string;
  mounts: readonly string[];
  isJson: boolean;
}): Promise<TrimResult | null> {
  const { terminal } = context;
  const progress = createProgress({ sink: terminal.err, isQuiet: isJson && !terminal.err.isTerminal });
  const { requestId } = await desk.requestTrim({ guest, mounts: mounts.length === 0 ? null : mounts });
  const leaving = new AbortController();
  let interrupts = 0;
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    if (interrupts === 1) askToCancel({ desk, requestId, progress });
    else leaving.abort();
  });
  try {
    return await watchToEnd({ desk, requestId, progress, signal: leaving.signal });
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    progress.say('left; the guest reports by itself when it is done: trimtab history');
    return null;
  } finally {
    progress.end();
    stopListening();
  }
}

async function watchToEnd({
  desk,
  requestId,
  progress,
  signal,
}: {
  desk: Desk;
  requestId: string;
  progress: Progress;
  signal: AbortSignal;
}): Promise<TrimResult> {
  for await (const event of desk.watch(requestId, signal)) {
    if (event.event === 'finished') return event.result;
    if (event.event === 'refused') throw new Fault(event.problem);
    progress.show(event);
  }
  throw new Fault({
    code: 'collector-gone',
    operation: 'watch the trim',
    subject: requestId,
    cause: 'its events ended before it did',
    hint: 'Its result will be in the history: trimtab history',
  });
}

function askToCancel({ desk, requestId, progress }: { desk: Desk; requestId: string; progress: Progress }): void {
  progress.say('asked the guest to stop; Ctrl-C again leaves without waiting');
  desk.cancel(requestId).catch((error: unknown) => {
    progress.say(`it could not be asked to stop: ${error instanceof Error ? error.message : error}`);
  });
}
