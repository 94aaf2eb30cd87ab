import type { RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { TrimResult } from '../model/trim-result.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { TrimRequest } from '../ports/desk/trims.ts';
import type { Terminal } from '../ports/terminal.ts';
import { createProgress, type Progress } from './progress.ts';

/**
 * Has a guest trim and watches it to its end, with the progress on stderr. The result, or null when a second Ctrl-C ended the
 * waiting. Throws a Fault when the trim is refused.
 */
export async function watchTrim({
  terminal,
  desk,
  request,
  isJson,
}: {
  terminal: Terminal;
  desk: Desk;
  request: TrimRequest;
  isJson: boolean;
}): Promise<TrimResult | null> {
  const progress = createProgress({ sink: terminal.err, isQuiet: isJson && !terminal.err.isTerminal });
  const { requestId } = await desk.requestTrim(request);
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
  requestId: RequestId;
  progress: Progress;
  signal: AbortSignal;
}): Promise<TrimResult> {
  for await (const { event } of desk.watch({ requestId, after: 0, signal })) {
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

function askToCancel({ desk, requestId, progress }: { desk: Desk; requestId: RequestId; progress: Progress }): void {
  progress.say('asked the guest to stop; Ctrl-C again leaves without waiting');
  desk.cancel(requestId).catch((error: unknown) => {
    progress.say(`it could not be asked to stop: ${error instanceof Error ? error.message : error}`);
  });
}
