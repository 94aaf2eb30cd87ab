import { type RequestId, type TrimId, type TrimReport, trimReportSchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';

/** A year of reports at three a day. */
export const OUTBOX_LIMIT = 1000;

interface Kept {
  /** Of its file. */
  readonly name: string;
  readonly requestId: RequestId | null;
}

/**
 * The reports no collector has acknowledged yet (rule R3): one file each, so that each is there whole or not at all.
 */
export interface Outbox {
  /** Resolves once the report would outlive a crash. */
  put(report: TrimReport): Promise<void>;
  /** The trims whose reports are kept, oldest first. */
  waiting(): readonly TrimId[];
  /** Does a report that answers this request wait? */
  answers(requestId: RequestId): boolean;
  /** Null if it is not there, or cannot be read and was set aside. */
  read(trimId: TrimId): Promise<TrimReport | null>;
  remove(trimId: TrimId): Promise<void>;
  setAside(trimId: TrimId): Promise<void>;
}

export async function openOutbox({
  folder,
  log,
  limit = OUTBOX_LIMIT,
}: {
  folder: Folder;
  log: Log;
  limit?: number;
}): Promise<Outbox> {
  /** By trim; file names begin with the time, so that the folder's order is that of the trims. */
  const kept = new Map<TrimId, Kept>();
  for (const name of await folder.list()) {
    const trimId = NAME.exec(name)?.[1] as TrimId | undefined;
    if (trimId === undefined) continue;
    kept.set(trimId, { name, requestId: await readRequestId({ folder, name }) });
  }

  return {
    async put(report) {
      const name = kept.get(report.id)?.name ?? `${String(report.startedAt).padStart(16, '0')}_${report.id}.json`;
      await folder.write({ name, content: JSON.stringify(report) });
      kept.set(report.id, { name, requestId: report.requestId });
      for (const trimId of [...kept.keys()].slice(0, Math.max(0, kept.size - limit))) {
        log.warn(`the outbox holds ${limit} reports already; the oldest, of trim ${trimId}, is dropped`);
        await forget(trimId);
      }
    },
    waiting: () => [...kept.keys()],
    answers: (requestId) => [...kept.values()].some((report) => report.requestId === requestId),
    async read(trimId) {
      const name = kept.get(trimId)?.name;
      const text = name === undefined ? null : await folder.read(name);
      if (text === null) {
        kept.delete(trimId);
        return null;
      }
      const report = parseReport(text);
      if (report !== null && report.id === trimId) return report;
      log.error(`the report in ${name} cannot be read; it is moved to broken/`);
      await setAside(trimId);
      return null;
    },
    remove: forget,
    setAside,
  };

  async function forget(trimId: TrimId): Promise<void> {
    const name = kept.get(trimId)?.name;
    kept.delete(trimId);
    if (name !== undefined) await folder.remove(name);
  }

  async function setAside(trimId: TrimId): Promise<void> {
    const name = kept.get(trimId)?.name;
    kept.delete(trimId);
    if (name !== undefined) await folder.setAside(name);
  }
}

const NAME = /^\d+_([0-9a-f-]{36})\.json$/;

/** Null also for a report that cannot be read: it is told of, and set aside, when its turn to be sent comes. */
async function readRequestId({ folder, name }: { folder: Folder; name: string }): Promise<RequestId | null> {
  try {
    const text = await folder.read(name);
    return text === null ? null : (parseReport(text)?.requestId ?? null);
  } catch {
    return null;
  }
}

function parseReport(text: string): TrimReport | null {
  try {
    return v.parse(trimReportSchema, JSON.parse(text));
  } catch {
    return null;
  }
}
