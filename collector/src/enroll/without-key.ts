import type { Entry, KeyStates } from './entry.ts';
import { REFUSED } from './refusals.ts';

/**
 * One that shows no key. Even where such are taken, none may pass for a guest that has joined: else to leave the key out
 * would be all that it takes.
 */
export function decideWithoutKey({ areTaken, keys }: { readonly areTaken: boolean; readonly keys: KeyStates }): Entry {
  if (!areTaken) return REFUSED.notJoined;
  if (keys.includes('active')) return REFUSED.downgrade;
  return keys.includes('revoked') ? REFUSED.revoked : { kind: 'admitted' };
}

/** One on the channel of a domain of this host, which is its proof. `keys` are those of the guest that it is. */
export function decideOnChannel({ keys }: { readonly keys: KeyStates }): Entry {
  return keys.includes('revoked') && !keys.includes('active') ? REFUSED.revoked : { kind: 'admitted' };
}
