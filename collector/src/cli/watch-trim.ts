import type { RequestId } from '@trimtab/protocol';
import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';
import type { TrimResult } from '../model/trim-result.ts';
import type { RemoteDesk } from '../ports/desk/remote-desk.ts';
import type { TrimRequest } from '../ports/desk/trims.ts';
import type { CommandContext } from './command-context.ts';
import { createProgress, type Progress } from './progress.ts';

/** What is said of a trim whose watcher left. */
export const LEFT: FaultDetail = {
  code: 'left',
  operation: 'trim',
  subject: 'the disk',
  cause: 'its result was not waited for',
  hint: 'Its result will be in the history: trimtab history',
};

/**
 * Has a guest trim and watches it to its end, with the progress on stderr, also over a restart of the collector. The
 * result, or null when a second Ctrl-C ended the waiting. Throws a Fault when the trim is refused.
 */
export async function watchTrim(
  { terminal, interrupts }: Pick<CommandContext, 'terminal' | 'interrupts'>,
  { desk, request, isJson }: { desk: RemoteDesk; request: TrimRequest; isJson: boolean },
): Promise<TrimResult | null> {
  const progress = createProgress({ sink: terminal.err, isQuiet: isJson && !terminal.err.isTerminal });
  const { requestId } = await desk.requestTrim(request);
  const leaving = new AbortController();
  const cancelling = createCancelling({ desk, requestId, progress });
  const giveBack = interrupts.take(() => {
    if (cancelling.isWanted()) leaving.abort();
    else cancelling.begin();
  });
  try {
    return await watchToEnd({ desk, requestId, progress, cancelling, signal: leaving.signal });
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    progress.say('left without waiting; the result will be in the history: trimtab history');
    return null;
  } finally {
    progress.end();
    giveBack();
  }
}

interface Watching {
  readonly desk: RemoteDesk;
  readonly requestId: RequestId;
  readonly progress: Progress;
}

async function watchToEnd({
  desk,
  requestId,
  progress,
  cancelling,
  signal,
}: Watching & { cancelling: Cancelling; signal: AbortSignal }): Promise<TrimResult> {
  const onPresence = (presence: 'away' | 'back') => {
    progress.say(presence === 'away' ? 'the collector is away; waiting for it' : 'the collector is back');
    if (presence === 'back') cancelling.collectorIsBack();
  };
  for await (const { event } of desk.watch({ requestId, after: 0, signal, onPresence })) {
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

/** The wish to stop a trim, which a collector that is away hears when it is back. */
interface Cancelling {
  isWanted(): boolean;
  begin(): void;
  collectorIsBack(): void;
}

function createCancelling({ desk, requestId, progress }: Watching): Cancelling {
  let state: 'unwanted' | 'asked' | 'unheard' = 'unwanted';
  const ask = () => {
    state = 'asked';
    desk.cancel(requestId).catch((error: unknown) => {
      state = 'unheard';
      progress.say(`it could not be asked to stop: ${toCause(error)}`);
    });
  };
  return {
    isWanted: () => state !== 'unwanted',
    begin() {
      progress.say('asked the guest to stop; Ctrl-C again leaves without waiting');
      ask();
    },
    collectorIsBack() {
      if (state === 'unheard') ask();
    },
  };
}
