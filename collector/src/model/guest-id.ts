/**
 * Identifies one guest of this host. Made by the host and kept in its store: what a guest says of itself leads to it
 * (ports/store/guests.ts), and never is it.
 */
export type GuestId = string & { readonly [brand]: 'GuestId' };

declare const brand: unique symbol;
