import type { GuestId } from '../../model/guest-id.ts';
import type { HostId } from '../../model/host-id.ts';
import type { SqlDatabase } from '../../ports/sql-database.ts';

/** What a migration may need to know of the database that it changes, and of the host whose it is. */
export interface MigrationDeps {
  readonly kind: SqlDatabase['kind'];
  readonly hostId: HostId;
  newGuestId(): GuestId;
}
