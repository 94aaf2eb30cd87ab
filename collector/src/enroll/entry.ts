import type { Refused } from './refusals.ts';

/** What is to become of a guest that has said all it can. */
export type Entry =
  | { readonly kind: 'admitted' }
  /** By a token, which it has not used before. */
  | { readonly kind: 'joins' }
  /** By a person's word, as a guest of its own. */
  | { readonly kind: 'approved'; readonly held: string }
  /** Waits for a person's word; why, in one clause for people. */
  | { readonly kind: 'held'; readonly reason: string }
  | Refused;

/** Keys of one guest, as far as they say whether it may come without one. */
export type KeyStates = readonly ('active' | 'revoked')[];
