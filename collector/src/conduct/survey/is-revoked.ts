import type { GuestKey } from '../../ports/store/guest-keys.ts';

/** Is a guest with these keys kept out by a person’s word? One that joins anew has an active one again. */
export function isRevoked(keys: readonly Pick<GuestKey, 'state'>[]): boolean {
  return keys.length > 0 && keys.every(({ state }) => state === 'revoked');
}
