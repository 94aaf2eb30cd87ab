import type { Selectable } from 'kysely';
import type { AskedBy } from '../model/asked-by.ts';
import type { ApiToken, Scope } from '../ports/store/api-tokens.ts';
import type { HostRows, Tables } from './tables.ts';

export async function addToken(
  { db, hostId }: HostRows,
  { name, hash, scope, madeAt, madeBy, expiresAt }: ApiToken & { readonly hash: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('api_token')
    .values({
      host_id: hostId,
      name,
      hash,
      scope,
      made_at: madeAt,
      made_by: JSON.stringify(madeBy),
      expires_at: expiresAt,
    })
    .onConflict((conflict) => conflict.columns(['host_id', 'name']).doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function listTokens({ db, hostId }: HostRows): Promise<readonly ApiToken[]> {
  const rows = await db.selectFrom('api_token').selectAll().where('host_id', '=', hostId).orderBy('name').execute();
  return rows.map(toToken);
}

export async function findToken({ db, hostId }: HostRows, hash: string): Promise<ApiToken | null> {
  const row = await db
    .selectFrom('api_token')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

export async function revokeToken({ db, hostId }: HostRows, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('api_token')
    .where('host_id', '=', hostId)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function toToken(row: Selectable<Tables['api_token']>): ApiToken {
  return {
    name: row.name,
    scope: row.scope as Scope,
    madeAt: row.made_at,
    madeBy: JSON.parse(row.made_by) as AskedBy,
    expiresAt: row.expires_at,
  };
}
