import type { GuestFacts } from '@trimtab/protocol';

/** What the guest is, for people; null if it cannot be found out. Slow the first time in a boot. */
export type ReadGuestFacts = (call: { readonly bootId: string | null }) => Promise<GuestFacts | null>;
