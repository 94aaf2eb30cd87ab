import type { GuestId } from '../model/guest-id.ts';
import { STRANGERS_KEPT } from '../ports/store/guests.ts';
import { removeGuests } from './remove-guests.ts';
import type { HostRows } from './tables.ts';

/** At once, since all of them are looked through for it. */
export const FORGOTTEN_AT_ONCE = 64;

/**
 * Rule [ST12]: where the guests that no hypervisor of this host knows, and that have no key, are too many, the surplus goes, with its
 * identities and trims: those that never had a trim first, and of these the one first that was seen longest ago. The
 * ids of those that went.
 */
export async function forgetStrangers(
  { db, hostId }: HostRows,
  { butNot, isHere }: { readonly butNot: GuestId; isHere(id: GuestId): boolean },
): Promise<readonly GuestId[]> {
  const strangers = db
    .selectFrom('guest')
    .where('host_id', '=', hostId)
    .where('named_by', '=', 'guest')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('guest_key').select('guest_key.key').whereRef('guest_key.guest_id', '=', 'guest.id'))),
    );
  const { count } = await strangers.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  if (Number(count) <= STRANGERS_KEPT) return [];
  const ordered = await strangers
    .select(({ exists, selectFrom }) => [
      'guest.id',
      exists(
        selectFrom('trim')
          .select('trim.id')
          .where('trim.host_id', '=', hostId)
          .whereRef('trim.guest_id', '=', 'guest.id'),
      ).as('has_trim'),
    ])
    .orderBy('has_trim')
    .orderBy('seen_number')
    .execute();
  const ids = ordered
    .map(({ id }) => id as GuestId)
    .filter((id) => id !== butNot && !isHere(id))
    .slice(0, FORGOTTEN_AT_ONCE);
  if (ids.length > 0) await removeGuests({ db, hostId }, ids);
  return ids;
}
