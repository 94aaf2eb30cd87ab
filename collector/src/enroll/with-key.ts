import type { GuestKey } from '../ports/store/guest-keys.ts';
import type { Entry } from './entry.ts';
import { REFUSED } from './refusals.ts';

/** The connection that this key has already: in the same boot of the guest, or in another, and is somebody there? */
export type First = 'none' | 'same-boot' | 'other-boot-gone' | 'other-boot-there';

/** What is known of a guest that has proven a key of this host. */
export interface KeyFacts {
  readonly key: Pick<GuestKey, 'state' | 'productUuid' | 'revokedBy'>;
  /** Whose key it is, for people. */
  readonly name: string;
  /** The product UUID that it says, where that is not the one with which the key joined; both are known. */
  readonly otherUuid: string | null;
  readonly first: First;
  /** Of a copy that a person has admitted and that has made a key of its own: where it was held. */
  readonly approved: string | null;
  /** This host does not run it, and it has others to go to. */
  readonly isElsewhere: boolean;
}

export function decideWithKey({ key, name, otherUuid, first, approved, isElsewhere }: KeyFacts): Entry {
  if (key.state === 'revoked') return key.revokedBy?.kind === 'enrolment' ? REFUSED.replaced : REFUSED.revoked;
  if (isElsewhere) return REFUSED.elsewhere;
  if (approved !== null) return { kind: 'approved', held: approved };
  if (otherUuid !== null)
    return {
      kind: 'held',
      reason: `it shows the key of ${name}, which joined with the product UUID ${key.productUuid}, and says ${otherUuid}`,
    };
  if (first === 'other-boot-there')
    return { kind: 'held', reason: `it shows the key of ${name}, which is connected and runs in another boot` };
  return { kind: 'admitted' };
}
