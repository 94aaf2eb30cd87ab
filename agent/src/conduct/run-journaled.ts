import type { Progress, TrimOrigin, TrimReport } from '@trimtab/protocol';
import { formatFault } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { Folder } from '../ports/folder.ts';
import type { ReadLimits } from '../ports/limits.ts';
import type { Log } from '../ports/log.ts';
import { type JournalEntry, writeJournal } from '../report/journal.ts';
import type { PlannedFilesystem, TrimPlan } from '../trim/plan.ts';
import { createSyncTeller } from '../trim/tell-long-sync.ts';
import { createStillTeller } from '../trim/tell-still.ts';
import { runTrim } from '../trim/trim-job.ts';

export type RunTrim = (call: {
  readonly trim: TrimOrigin;
  readonly plan: TrimPlan;
  readonly signal: AbortSignal;
  /** Called once, when the journal is written; the first fstrim comes after it. */
  readonly onStarted: (startedAt: number) => void;
}) => Promise<TrimReport>;

/** Runs a trim so that one that the agent does not live to finish is reported at its next start. */
export function createJournaledRun({
  settleJournal,
  folder,
  commands,
  readCounters,
  readLimits,
  clock,
  log,
  bootId,
  onProgress,
}: {
  /** Turns the journal of an earlier trim, if one was left, into its report. */
  settleJournal: () => Promise<void>;
  folder: Folder;
  commands: Commands;
  readCounters: ReadCounters;
  readLimits: ReadLimits;
  clock: Clock;
  log: Log;
  bootId: string | null;
  onProgress: (progress: Progress) => void;
}): RunTrim {
  const onSync = createSyncTeller({ clock, log });
  return async ({ trim, plan, signal, onStarted }) => {
    let entry: JournalEntry | null = null;
    const tellStill = createStillTeller(log);
    await settleJournal();
    return runTrim({
      trim,
      plan,
      commands,
      readCounters,
      readLimits,
      clock,
      signal,
      async onStarted({ startedAt, before }) {
        entry = { trim, startedAt, bootId, planned: plan.filesystems.map(toPlanned), before, results: [] };
        await writeJournal({ folder, entry });
        onStarted(startedAt);
      },
      async onFilesystem(results) {
        // With the last one the report itself is about to be kept.
        if (entry === null || results.length === plan.filesystems.length) return;
        try {
          await writeJournal({ folder, entry: { ...entry, results: [...results] } });
        } catch (error) {
          log.warn(formatFault(error));
        }
      },
      onProgress(progress) {
        tellStill(progress);
        onProgress(progress);
      },
      onSync,
    });
  };
}

function toPlanned({ mount, kind, disks, again }: PlannedFilesystem): JournalEntry['planned'][number] {
  return { mount, kind, disks: [...disks], again: again !== null };
}
