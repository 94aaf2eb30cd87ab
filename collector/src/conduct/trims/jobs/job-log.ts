import type { TrimId } from '@trimtab/protocol';
import { isAnswer, type Job, type LoggedJob } from '../../../model/job.ts';
import type { NumberedEvent, TrimEvent } from '../../../model/trim-event.ts';

/** One job and what has happened to it, for those who watch. */
export interface JobLog {
  job: Job;
  readonly events: NumberedEvent[];
  /** The newest `progress` since the last of the events; null before one came. */
  progress: NumberedEvent | null;
  /**
   * The number of the last event that is stored. Nobody is shown an event that a crash of the collector could take
   * back.
   */
  storedUpTo: number;
  /** The trim that answers it now; null while the guest has not said which. */
  trimId: TrimId | null;
  /** The trim that did so before, when that is to be cured by another; else null. */
  cured: TrimId | null;
  /** Called when there is something new to see. */
  readonly wake: Set<() => void>;
}

/** An honest guest makes ten of them. One that intends the same trim again and again must not fill the host. */
export const MOST_EVENTS = 100;

/** The log of a new job, or of one that an earlier run of the collector stored. */
export function openLog({ job, events }: LoggedJob): JobLog {
  const storedUpTo = events.at(-1)?.number ?? 0;
  const log: JobLog = { job, events: [], progress: null, storedUpTo, trimId: null, cured: null, wake: new Set() };
  for (const { event } of events) addEvent(log, event);
  return log;
}

/** False when it was not added: the job has been answered, or has too many events to note more than its answer. */
export function addEvent(log: JobLog, event: TrimEvent): boolean {
  if (isAnswered(log)) return false;
  const newest = log.events.at(-1)?.number ?? 0;
  if (event.event === 'progress') {
    log.progress = { number: newest, event };
    return true;
  }
  if (log.events.length >= MOST_EVENTS && !isAnswer(event)) return false;
  log.progress = null;
  log.events.push({ number: newest + 1, event });
  if (event.event === 'intended' || event.event === 'settling') log.trimId = event.trimId;
  if (event.event === 'again') {
    log.cured = event.trimId;
    log.trimId = null;
  }
  return true;
}

export function isAnswered({ events }: JobLog): boolean {
  const last = events.at(-1);
  return last !== undefined && isAnswer(last.event);
}

/** Its guest need not be there: no absence of it decides over this request. */
export function waitsForVisit({ job, trimId, cured }: Readonly<JobLog>): boolean {
  return job.options.atVisit !== undefined && trimId === null && cured === null;
}

export function wakeWatchers({ wake }: JobLog): void {
  for (const call of [...wake]) call();
}

/** The events after a number, so far and from now on; ends with the answer, or when the signal aborts. */
export async function* watchLog(watch: {
  readonly log: JobLog;
  readonly after: number;
  readonly signal: AbortSignal;
}): AsyncGenerator<NumberedEvent, void, undefined> {
  const { log, after, signal } = watch;
  let seen = after;
  let shown: NumberedEvent | null = null;
  for (;;) {
    const next = log.events.find(({ number }) => number > seen);
    const isStored = next === undefined || next.number <= log.storedUpTo;
    if (next !== undefined && isStored) {
      yield next;
      seen = next.number;
    } else if (isStored && log.progress !== null && log.progress !== shown) {
      shown = log.progress;
      yield shown;
    } else if ((isStored && isAnswered(log)) || signal.aborted) return;
    else await nextChange(log, signal);
  }
}

function nextChange({ wake }: JobLog, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const call = () => {
      wake.delete(call);
      signal.removeEventListener('abort', call);
      resolve();
    };
    wake.add(call);
    signal.addEventListener('abort', call);
  });
}
