import { Fault } from '@trimtab/protocol/shared';
import type { ApiTokenRow } from '../../../model/enrolment.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EnrolmentDesk } from '../../../ports/desk/enrolment.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import type { ApiToken, ApiTokensStore } from '../../../ports/store/api-tokens.ts';
import { toIso } from './joining-desk.ts';
import { BY_SOCKET, type NoteDeed } from './note-deed.ts';

export interface ApiTokensDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly secrets: Pick<Secrets, 'newApiToken'>;
  readonly store: ApiTokensStore;
}

/** Tokens of those who ask over the network. */
export function createApiTokensDesk(
  { clock, secrets, store }: ApiTokensDeps,
  note: NoteDeed,
): Pick<EnrolmentDesk, 'apiTokens' | 'createApiToken' | 'revokeApiToken'> {
  return {
    async apiTokens() {
      return { takenAt: toIso(clock.now()), tokens: (await store.tokens()).map(toRow) };
    },
    async createApiToken({ name, scope, ttlMs }, askedBy = BY_SOCKET) {
      const { token, hash } = secrets.newApiToken();
      const madeAt = clock.now();
      const made = { name, scope, madeAt, madeBy: askedBy, expiresAt: ttlMs === null ? null : madeAt + ttlMs };
      if (!(await store.addToken({ ...made, hash }))) throw tokenExists(name);
      await note({ kind: 'create-token', askedBy, subject: name, outcome: `may ${scope}` });
      return { ...toRow(made), token };
    },
    async revokeApiToken({ name }, askedBy = BY_SOCKET) {
      const meant = (await store.tokens()).find((token) => token.name === name);
      if (meant === undefined || !(await store.revokeToken(name))) throw unknownToken(name);
      await note({ kind: 'revoke-token', askedBy, subject: name });
      return toRow(meant);
    },
  };
}

function toRow({ name, scope, madeAt, madeBy, expiresAt }: ApiToken): ApiTokenRow {
  return { name, scope, madeAt: toIso(madeAt), madeBy, expiresAt: expiresAt === null ? null : toIso(expiresAt) };
}

function tokenExists(name: string): Fault {
  return new Fault({
    code: 'token-exists',
    operation: 'make a token of the API',
    subject: name,
    cause: 'there is one of this name, and what it says is told once alone',
    hint: `Choose another name, or end that one first: trimtab tokens revoke ${name}`,
  });
}

function unknownToken(name: string): Fault {
  return new Fault({
    code: 'unknown-token',
    operation: 'revoke a token of the API',
    subject: name,
    cause: 'there is none of this name',
    hint: '`trimtab tokens list` shows them.',
  });
}
