import type { GuestLinks } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { type KnownGuest, listKnownGuests } from './known-guests.ts';
import type { QemuGaGuests } from './qemu-ga-guests.ts';

export interface KnownNowDeps {
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'known'>;
}

/** Every guest of a reading of the host, with what it told last: nobody in it is asked. */
export async function readKnownNow(
  { links, store, qemuGaGuests }: KnownNowDeps,
  host: HostView,
): Promise<readonly KnownGuest[]> {
  // Before the store is asked: whoever is connected is recorded there.
  const connected = links.guests();
  const found = qemuGaGuests.known();
  return listKnownGuests({ host, records: await store.guests(), connected, found });
}
