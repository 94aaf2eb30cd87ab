import {
  type FilesystemResult,
  filesystemResultsSchema,
  instantSchema,
  type LayerCounters,
  layerCountersSchema,
  plannedFilesystemSchema,
  type TrimReport,
  toDeltas,
  trimOriginSchema,
} from '@trimtab/protocol';
import * as v from 'valibot';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';

const NAME = 'journal.json';

const journalSchema = v.object({
  trim: trimOriginSchema,
  startedAt: instantSchema,
  /** Counters begin anew with the boot, so those of another boot tell nothing. */
  bootId: v.nullable(v.string()),
  /** All that the trim set out to do, in its order. */
  planned: v.array(plannedFilesystemSchema),
  before: v.record(v.string(), layerCountersSchema),
  /** Of the filesystems that were done with, the first of those planned. */
  results: filesystemResultsSchema,
});

/** What is known of a trim while it runs, in case the agent does not live to report it. */
export type JournalEntry = v.InferOutput<typeof journalSchema>;

export async function writeJournal({ folder, entry }: { folder: Folder; entry: JournalEntry }): Promise<void> {
  await folder.write({ name: NAME, content: JSON.stringify(entry) });
}

/** Null if there is none, or it cannot be read and was set aside. */
export async function readJournal({ folder, log }: { folder: Folder; log: Log }): Promise<JournalEntry | null> {
  const text = await folder.read(NAME);
  if (text === null) return null;
  try {
    return v.parse(journalSchema, JSON.parse(text));
  } catch {
    log.error('the journal of the last trim cannot be read; it is moved to broken/');
    await folder.setAside(NAME);
    return null;
  }
}

export async function removeJournal({ folder }: { folder: Folder }): Promise<void> {
  await folder.remove(NAME);
}

/**
 * The report of a trim that the agent did not live to finish, or to keep its report. Its duration ends now: the counters after are read now.
 */
export function toReport({
  entry,
  bootId,
  nowMs,
  after,
}: {
  entry: JournalEntry;
  bootId: string | null;
  nowMs: number;
  after: Readonly<Record<string, LayerCounters>>;
}): TrimReport {
  const unfinished = entry.planned.slice(entry.results.length).map(
    (planned): FilesystemResult => ({
      ...planned,
      durationMs: 0,
      outcome: {
        status: 'failed',
        message: 'the agent ended while this trim ran, or before it could keep its report',
        hint: 'What it had discarded by then stays discarded.',
      },
    }),
  );
  const sameBoot = entry.bootId !== null && entry.bootId === bootId;
  return {
    ...entry.trim,
    startedAt: entry.startedAt,
    durationMs: Math.max(0, nowMs - entry.startedAt),
    filesystems: [...entry.results, ...unfinished],
    layers: sameBoot ? toDeltas({ before: entry.before, after }) : [],
    limitsAfter: [],
  };
}
