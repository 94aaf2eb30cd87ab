import { Kysely } from 'kysely';
import type { GuestKey } from '../../ports/store/guest-keys.ts';
import type { GuestRecord, ShownGuest } from '../../ports/store/guests.ts';
import { createDialect } from '../dialect.ts';
import { listKeys } from '../guest-keys.ts';
import { listGuests } from '../guests.ts';
import { requireNewest } from '../migrate.ts';
import type { Tables } from '../tables.ts';
import { formOf, type MoveDeps } from './move-history.ts';

/** A guest that has joined, with what leads to it and its public keys. */
export interface SavedGuest extends Pick<GuestRecord, 'name' | 'identities' | 'agentVersion' | 'lastSeenAt'> {
  /** Whose word its name is. */
  readonly namedBy: ShownGuest['namedBy'];
  readonly keys: readonly Omit<GuestKey, 'guest'>[];
}

/** All guests that have joined. Throws the Faults of the database, and `store-older` or `store-newer`. */
export async function readSavedGuests({ database, path, hostId }: MoveDeps): Promise<readonly SavedGuest[]> {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  try {
    await requireNewest({ db, path, hostId, ...formOf(database) });
    const rows = { db, hostId };
    const keysOf = Map.groupBy(await listKeys(rows), ({ guest }) => guest);
    const guests = await listGuests(rows);
    const named = await db.selectFrom('guest').select(['id', 'named_by']).where('host_id', '=', hostId).execute();
    const namers = new Map(named.map(({ id, named_by }) => [id, named_by as ShownGuest['namedBy']]));
    return guests.flatMap(({ id, name, identities, agentVersion, lastSeenAt }) => {
      const keys = keysOf.get(id) ?? [];
      const namedBy = namers.get(id) ?? 'guest';
      const own = keys.map(({ guest: _, ...key }) => key);
      return keys.length === 0 ? [] : [{ name, identities, agentVersion, lastSeenAt, namedBy, keys: own }];
    });
  } finally {
    await db.destroy();
  }
}
