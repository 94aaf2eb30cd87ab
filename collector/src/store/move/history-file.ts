import { createHash, type Hash } from 'node:crypto';
import { Fault } from '@trimtab/protocol/shared';

/**
 * A history as a file: JSON, a document a line. First a `HistoryHead`, then the rows, each `{"TABLE":[values]}` with the
 * values of MOVED_TABLES, and last a `HistoryEnd`, by which a file that was cut or changed is known.
 */
export interface HistoryHead {
  readonly trimtab: 'history';
  readonly format: typeof FORMAT;
  /** Of the Trimtab that wrote it. */
  readonly version: string;
  /** The newest migration of its database: what is in the file has the form of it. */
  readonly schema: string;
  /** The host whose history it is, and when it was so. */
  readonly hostId: string;
  readonly at: string;
}

export interface HistoryEnd {
  readonly end: true;
  readonly rows: number;
  /** SHA-256 of all lines before, each with its end. */
  readonly sha256: string;
}

const FORMAT = 1;

export type HistoryLine = HistoryHead | HistoryEnd | Readonly<Record<string, readonly unknown[]>>;

export const toHead = (about: Omit<HistoryHead, 'trimtab' | 'format'>): HistoryHead => ({
  trimtab: 'history',
  format: FORMAT,
  ...about,
});

/** What was written or read of a file so far. */
export interface Digest {
  add(line: string): void;
  end(): Pick<HistoryEnd, 'sha256'>;
}

export function createDigest(): Digest {
  const hash: Hash = createHash('sha256');
  return {
    add: (line) => void hash.update(`${line}\n`),
    end: () => ({ sha256: hash.digest('hex') }),
  };
}

export function badHistory({
  cause,
  hint = 'Export it anew: nothing was imported.',
}: {
  readonly cause: string;
  readonly hint?: string;
}): Fault {
  return new Fault({ code: 'bad-history', operation: 'import a history', subject: 'the file', cause, hint });
}

export function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, as what else is no line of a history.
  }
  throw badHistory({ cause: 'a line of it is none of a history', hint: NAME_ANOTHER });
}

/** Refuses the file of another form than `schema`. */
export function readHead({ line, schema }: { readonly line: string; readonly schema: string }): HistoryHead {
  const head = parseLine(line) as Partial<HistoryHead>;
  if (head.trimtab !== 'history') throw badHistory({ cause: 'it does not begin as one', hint: NAME_ANOTHER });
  const { version = 'unknown' } = head;
  if (head.format === FORMAT && head.schema === schema) return head as HistoryHead;
  throw badHistory({
    cause: `Trimtab ${String(version)} wrote it, whose histories have another form (${String(head.schema)}, and here ${schema})`,
    hint: 'Have both of one version: bring the older one to the newer, start its collector once, and export anew.',
  });
}

const NAME_ANOTHER = 'Name a file that `trimtab export` wrote. Nothing was imported.';
