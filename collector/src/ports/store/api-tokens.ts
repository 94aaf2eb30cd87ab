import type { Scope } from '../../model/api-scope.ts';
import type { AskedBy } from '../../model/asked-by.ts';

export { SCOPES, type Scope } from '../../model/api-scope.ts';

export interface ApiToken {
  /** Unique on a host, and free again when it was revoked. */
  readonly name: string;
  readonly scope: Scope;
  /** UTC, milliseconds, as all instants here. */
  readonly madeAt: number;
  readonly madeBy: AskedBy;
  /** Null: it has no end. */
  readonly expiresAt: number | null;
}

/**
 * Tokens of the API, of which only SHA-256 is kept. Every promise resolves only when its change is durable. Obligations,
 * held by test/contract/api-tokens-store.ts: [AT1] a name and a hash are of one token; [AT2] one that was revoked is gone
 * at once, and its name is free; [AT3] what one host made, another does not know.
 */
export interface ApiTokensStore {
  /** False where one of this name is there. */
  addToken(token: ApiToken & { readonly hash: string }): Promise<boolean>;
  /** By name, also those whose time is over. */
  tokens(): Promise<readonly ApiToken[]>;
  /** By the SHA-256 of a token (base64url); whether its time is over, the caller sees. */
  findToken(hash: string): Promise<ApiToken | null>;
  /** False where there is none. */
  revokeToken(name: string): Promise<boolean>;
}
