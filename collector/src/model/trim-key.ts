import type { TrimId } from '@trimtab/protocol';
import type { GuestId } from './guest-id.ts';

/**
 * One trim of one guest. Its id is the guest's own word: two may say the same, as a copied disk does that has another's
 * outbox.
 */
export interface TrimKey {
  readonly guestId: GuestId;
  readonly id: TrimId;
}
