import type { HeldGuest } from '../../ports/store/guest-keys.ts';

/** Is a person still to decide of it? */
export function isWaiting({ approvedBy, isDismissed }: Pick<HeldGuest, 'approvedBy' | 'isDismissed'>): boolean {
  return approvedBy === null && !isDismissed;
}
