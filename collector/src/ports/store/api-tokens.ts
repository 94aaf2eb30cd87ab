import type { AskedBy } from '../../model/asked-by.ts';

/** What a token of the API may do: see; see and trim; everything. */
export const SCOPES = ['read', 'trim', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiToken {
  /** Unique on a host, and free again when it was revoked. */
  readonly name: string;
  readonly scope: Scope;
  readonly madeAt: number;
  readonly madeBy: AskedBy;
  /** Null: it has no end. */
  readonly expiresAt: number | null;
}

/** Tokens of the API, of which only SHA-256 is kept. */
export interface ApiTokensStore {
  /** False where one of this name is there. */
  addToken(token: ApiToken & { readonly hash: string }): Promise<boolean>;
  tokens(): Promise<readonly ApiToken[]>;
  /** By the SHA-256 of a token (base64url). */
  findToken(hash: string): Promise<ApiToken | null>;
  /** False where there is none. */
  revokeToken(name: string): Promise<boolean>;
}
