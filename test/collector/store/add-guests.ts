import { readFile } from 'node:fs/promises';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';

/** Guests with ids that the test chooses: a store draws its own. */
export async function addGuests(
  database: SqlDatabase,
  { hostId, ids, namedBy = 'hypervisor' }: { hostId: string; ids: readonly string[]; namedBy?: 'hypervisor' | 'guest' },
): Promise<void> {
  const connection = await database.connect();
  for (const id of ids)
    await connection.query({
      sql: `insert into guest (id, host_id, name, said_name, named_by, agent_version, first_seen_at, last_seen_at)
            values (?, ?, ?, ?, ?, '0', 0, 0)`,
      parameters: [id, hostId, id, id, namedBy],
    });
  connection.release();
}

/** Into the database of a state directory, which a store may have open. */
export async function addGuestsTo(folder: string, ids: readonly string[]): Promise<void> {
  const database = openSqlDatabase(`${folder}/trimtab.sqlite`);
  await addGuests(database, { hostId: (await readFile(`${folder}/host-id`, 'utf8')).trim(), ids });
  await database.close();
}
