import type { NamedGuest, RenamedGuest } from '../ports/store/guests.ts';
import { giveName, isStronger } from './give-name.ts';
import { makeKnown } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';

/** In one transaction. */
export function renameGuest(
  { db, hostId }: HostRows,
  { id, name, namedBy, takenNames }: RenamedGuest,
): Promise<readonly NamedGuest[]> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const present = await transaction
      .selectFrom('guest')
      .selectAll()
      .where('host_id', '=', hostId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (present === undefined) return [];
    // Rule 4 of giveName.
    if (isStronger(present.named_by, namedBy)) return [{ id, name: present.name }];
    const given = await giveName({ rows, shown: { name, namedBy, takenNames }, present });
    const isSame = present.name === given.name && present.said_name === name && present.named_by === namedBy;
    const columns = { name: given.name, said_name: name, named_by: namedBy };
    if (!isSame) await transaction.updateTable('guest').set(columns).where('id', '=', id).execute();
    if (present.named_by === 'guest') await makeKnown(rows, id);
    return [{ id, name: given.name }, ...given.renamed];
  });
}
