import { Fault } from '@trimtab/protocol/shared';
import type { HostRows } from './tables.ts';

/**
 * A database that holds guests, and none of this host: its rows would all be out of sight. Only the id differs, for a
 * database file is one host's own: the file with the id was lost, or came from elsewhere. Throws a Fault
 * `store-other-host`.
 */
export async function refuseOtherHost({ db, hostId }: HostRows, path: string): Promise<void> {
  const own = await db.selectFrom('guest').select('host_id').where('host_id', '=', hostId).limit(1).executeTakeFirst();
  if (own !== undefined) return;
  const other = await db.selectFrom('guest').select('host_id').limit(1).executeTakeFirst();
  if (other === undefined) return;
  const folder = path.slice(0, path.lastIndexOf('/'));
  throw new Fault({
    code: 'store-other-host',
    operation: 'open the database',
    subject: path,
    cause: `it is of the host ${other.host_id}, and ${folder}/host-id says that this is ${hostId}`,
    hint: `If it is this host's own: echo ${other.host_id} >${folder}/host-id`,
  });
}
