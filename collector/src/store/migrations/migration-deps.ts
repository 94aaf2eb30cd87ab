import type { RawBuilder } from 'kysely';
import type { GuestId } from '../../model/guest-id.ts';
import type { HostId } from '../../model/host-id.ts';
import type { SqlDatabase } from '../../ports/sql-database.ts';

/** What a migration may need to know of the host whose database it changes. */
export interface HostDeps {
  readonly hostId: HostId;
  newGuestId(): GuestId;
}

export interface MigrationDeps extends HostDeps {
  readonly kind: SqlDatabase['kind'];
  /** The end of `create table` for one whose rows lie in the order of its key. */
  readonly rowsLieByKey: RawBuilder<unknown>;
}
