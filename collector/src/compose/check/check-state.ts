import { Kysely } from 'kysely';
import { requireFolder } from '../../io/check/require-folder.ts';
import { findHostId } from '../../io/host-id.ts';
import { inspectKeysFile } from '../../io/host-keys/keys-file.ts';
import { toHostKeysPath } from '../../io/host-keys/open-host-keys.ts';
import { openSqliteUntouched } from '../../io/sqlite-snapshot.ts';
import type { HostId } from '../../model/host-id.ts';
import type { SqlDatabase } from '../../ports/sql-database.ts';
import type { CollectorSettings } from '../../settings.ts';
import { createDialect } from '../../store/dialect.ts';
import { compareToNewest } from '../../store/migrate.ts';
import { formOf } from '../../store/move/move-history.ts';
import type { Tables } from '../../store/tables.ts';
import { toDatabasePath, toHostIdPath, writable } from '../open-database.ts';
import { attempt, type Found } from './findings.ts';

/** Could it keep what it is to keep, and read what is kept? */
export async function checkState({
  settings: { stateDirectory, database: url },
  found,
}: {
  readonly settings: Pick<CollectorSettings, 'stateDirectory' | 'database'>;
  readonly found: Found;
}): Promise<void> {
  const isThere = await attempt(found, () => writable(stateDirectory, () => requireFolder(stateDirectory)));
  if (isThere === null) return;
  const hostId = await attempt(found, () => findHostId(toHostIdPath(stateDirectory)));
  await attempt(found, () => inspectKeysFile(toHostKeysPath(stateDirectory)));
  await attempt(found, async () => {
    const { opened, path } = await openUntouched({ stateDirectory, url });
    const state = opened === null ? 'empty' : await compare({ database: opened, path, hostId });
    found.would.push(`keep its history in ${path}, ${STATES[state]}`);
  });
}

const STATES = {
  empty: 'which it makes',
  older: 'which an older version wrote, and brings that to its own form',
  newest: 'which is there',
} as const;

async function openUntouched({
  stateDirectory,
  url,
}: {
  readonly stateDirectory: string;
  readonly url: string | null;
}) {
  if (url === null) {
    const path = toDatabasePath(stateDirectory);
    return { opened: openSqliteUntouched(path), path };
  }
  const { openPostgresSnapshot } = await import('../../io/postgres/postgres-snapshot.ts');
  const { toSubject } = await import('../../io/postgres/address.ts');
  return { opened: await openPostgresSnapshot(url), path: toSubject(url) };
}

async function compare({
  database,
  path,
  hostId,
}: {
  readonly database: SqlDatabase;
  readonly path: string;
  readonly hostId: HostId | null;
}) {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  try {
    return await compareToNewest({ db, path, hostId: hostId ?? NOBODY, ...formOf(database) });
  } finally {
    await db.destroy();
  }
}

/** Nothing is asked by it. */
const NOBODY = '00000000-0000-4000-8000-000000000000' as HostId;
