import { Fault } from '@trimtab/protocol/shared';
import { clock } from '../io/clock.ts';
import { readLines, requireReadable, writeLines } from '../io/history-lines.ts';
import { findHostId } from '../io/host-id.ts';
import { openSqliteSnapshot } from '../io/sqlite-snapshot.ts';
import type { SqlDatabase } from '../ports/sql-database.ts';
import { readHistory, writeHistory } from '../store/move/move-history.ts';
import { COLLECTOR_VERSION } from '../version.ts';
import { type DatabasePlace, openDatabase, toDatabasePath, toHostIdPath } from './open-database.ts';

export interface MoveAsked {
  readonly place: DatabasePlace;
  /** The file; `-` is stdout, or stdin. */
  readonly path: string;
  /** How many lines have been moved so far. */
  onLine(lines: number): void;
}

/** Writes what is kept of this host to a file, while its collector goes on. How many rows that were. Throws Faults. */
export async function exportHistory({ place, path, onLine }: MoveAsked): Promise<number> {
  const hostId = await findHostId(toHostIdPath(place.stateDirectory));
  if (hostId === null) throw noHistory(place);
  const { database, subject } = await openSnapshot(place);
  const at = new Date(clock.now()).toISOString();
  const moved = { lines: 0 };
  const lines = writeHistory({ database, path: subject, hostId }, { version: COLLECTOR_VERSION, at });
  await writeLines({ path, lines: counted({ lines, moved, onLine }) });
  // The first and the last are none.
  return moved.lines - 2;
}

export async function openSnapshot(place: DatabasePlace): Promise<{ database: SqlDatabase; subject: string }> {
  const { database: url = null } = place;
  if (url === null) {
    const file = toDatabasePath(place.stateDirectory);
    const database = openSqliteSnapshot(file);
    if (database === null) throw noHistory(place);
    return { database, subject: file };
  }
  const { openPostgresSnapshot } = await import('../io/postgres/postgres-snapshot.ts');
  const { toSubject } = await import('../io/postgres/address.ts');
  return { database: await openPostgresSnapshot(url), subject: toSubject(url) };
}

/** Has this host remember what is in the file, or nothing of it. How many rows that were. Throws Faults. */
export async function importHistory({ place, path, onLine }: MoveAsked): Promise<number> {
  // Before the database is waited for.
  await requireReadable(path);
  // That there is no history yet is as it should be.
  const opened = await openDatabase(place, { log: { warn() {} }, isAlone: true });
  return readHistory(opened, counted({ lines: readLines(path), moved: { lines: 0 }, onLine }));
}

async function* counted({
  lines,
  moved,
  onLine,
}: {
  readonly lines: AsyncIterable<string>;
  readonly moved: { lines: number };
  readonly onLine: (lines: number) => void;
}): AsyncGenerator<string> {
  for await (const line of lines) {
    moved.lines += 1;
    onLine(moved.lines);
    yield line;
  }
}

function noHistory({ stateDirectory }: DatabasePlace): Fault {
  return new Fault({
    code: 'no-history',
    operation: 'export the history',
    subject: stateDirectory,
    cause: 'no collector has kept one there',
    hint: 'Name the --state-directory, and the --database, of the collector.',
  });
}
