/**
 * Who asked for something: whoever may open the socket, somebody with a token of the API (by the token's name), a token
 * that a guest joined by (its id), or Trimtab itself.
 */
export type AskedBy =
  | { readonly kind: 'socket' }
  | { readonly kind: 'token'; readonly name: string }
  | { readonly kind: 'enrolment'; readonly id: string }
  | { readonly kind: 'trimtab' };
