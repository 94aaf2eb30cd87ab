/**
 * Who asked for something: whoever may open the socket, somebody with a token of the API (by the token's name), a token
 * that a guest joined by (its id), or Trimtab itself. `network`: whoever reached the port of the API, where an earlier
 * version asked nobody who they are.
 */
export type AskedBy =
  | { readonly kind: 'socket' }
  | { readonly kind: 'token'; readonly name: string }
  | { readonly kind: 'enrolment'; readonly id: string }
  | { readonly kind: 'trimtab' }
  | { readonly kind: 'network' };
