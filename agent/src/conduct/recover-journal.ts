import type { Clock } from '../ports/clock.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';
import { readJournal, removeJournal, toReport } from '../report/journal.ts';
import type { Outbox } from '../report/outbox.ts';

/** A trim that ran when the agent last went without a word gets its report now: every started trim has exactly one. */
export async function recoverJournal({
  folder,
  outbox,
  readCounters,
  clock,
  log,
  bootId,
}: {
  folder: Folder;
  outbox: Outbox;
  readCounters: ReadCounters;
  clock: Clock;
  log: Log;
  bootId: string | null;
}): Promise<void> {
  const entry = await readJournal({ folder, log });
  if (entry === null) return;
  // The agent may have gone between keeping the report and removing the journal; that report is the better one.
  if (!outbox.waiting().includes(entry.trim.id)) {
    const after = await readCounters(Object.keys(entry.before));
    await outbox.put(toReport({ entry, bootId, nowMs: clock.now(), after }));
    log.warn(`trim ${entry.trim.id} left no report: the agent ended while it ran, or before it could keep that`);
  }
  await removeJournal({ folder });
}
