import type { Arriving, GuestLinkEvents } from '../../link/guest-links.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';

/**
 * Is one that says hello a guest that this host knows? By a key that has joined, which nobody but its guest and this host
 * has seen, or by its own channel. A word is enough only where words are: else whoever says another's UUID would have
 * the place of that guest until its proof is due.
 */
export async function recalls(
  { store, acceptUnenrolled }: { readonly store: Pick<GuestKeysStore, 'findKey'>; readonly acceptUnenrolled: boolean },
  { hello: { key, guest }, socket }: Arriving,
  isKnown: GuestLinkEvents['isKnown'],
): Promise<boolean> {
  if (socket.proof.kind === 'channel') return true;
  if (key === null) return acceptUnenrolled && isKnown(guest);
  return (await store.findKey(key))?.state === 'active';
}
