import type { GuestId } from '../../model/guest-id.ts';
import type { HostId } from '../../model/host-id.ts';

/** What a migration may need to know of the host whose database it changes. */
export interface MigrationDeps {
  readonly hostId: HostId;
  newGuestId(): GuestId;
}
