/** Draws what nobody can foresee. Of what it draws, only what is marked so is kept. */
export interface Secrets {
  /** Eight letters to call something by; kept. */
  newId(): string;
  /** For a guest that is to join: the secret (16 bytes, base64url), and the public key that it makes, which is kept. */
  newJoin(): { readonly secret: string; readonly key: string };
  /** For somebody who is to ask the API: the token, and its SHA-256 (base64url), which is kept. */
  newApiToken(): { readonly token: string; readonly hash: string };
}
