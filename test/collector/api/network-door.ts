import type { NetworkDoor } from '../../../collector/src/api/create-api.ts';
import { toApiToken, toTokenHash } from '../../../collector/src/model/api-token.ts';
import { type ApiToken, SCOPES, type Scope } from '../../../collector/src/ports/store/api-tokens.ts';

/** One of each scope. */
export const TOKENS = Object.fromEntries(
  SCOPES.map((scope, index) => [scope, toApiToken(Buffer.alloc(32, index + 1))]),
) as Readonly<Record<Scope, string>>;

export const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

/** Where the API is asked on TCP by those tokens, without TLS unless `isEncrypted`. */
export function createNetworkDoor({
  isEncrypted = false,
  ownNames = [],
}: {
  isEncrypted?: boolean;
  ownNames?: readonly string[];
} = {}): NetworkDoor & { /** By their hashes; what is taken out is revoked. */ readonly made: Map<string, ApiToken> } {
  const made = new Map(
    SCOPES.map((scope): [string, ApiToken] => [
      toTokenHash(TOKENS[scope]),
      { name: `for-${scope}`, scope, madeAt: 0, madeBy: { kind: 'socket' }, expiresAt: null },
    ]),
  );
  return {
    face: 'network',
    isEncrypted,
    ownNames: () => new Set(ownNames),
    findToken: async (hash) => made.get(hash) ?? null,
    made,
  };
}
