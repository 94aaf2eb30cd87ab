import type { GuestId } from '../model/guest-id.ts';
import type { Identity } from '../model/identity.ts';
import type { Recognised, ShownGuest } from '../ports/store/guests.ts';
import { forgetStrangers } from './forget-strangers.ts';
import { type GuestRow, giveName, isStronger } from './give-name.ts';
import { drawSeenNumber } from './guests.ts';
import { statement } from './statement.ts';
import { makeKnown } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';

/**
 * Which guest this is, in one transaction: found by what it shows, or made, with its name. Nothing is written about a
 * guest that is as it was: after a restart of the collector all of them come at once.
 */
export function recogniseGuest(
  { db, hostId, newGuestId }: HostRows & { newGuestId(): GuestId },
  shown: ShownGuest,
): Promise<Recognised> {
  return db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const known = await findIdentities(rows, shown.identities);
    const present = await findGuest(rows, known);
    const id = (present?.id ?? newGuestId()) as GuestId;
    const { name, renamed } = await giveName({ rows, shown, present });
    await saveGuest({ rows, shown, present, next: { id, name } });
    for (const identity of shown.identities)
      if (known.get(toKey(identity)) !== id) await saveIdentity({ rows, identity, id, shownAt: shown.seenAt });
    // Only one more that nobody knows makes them too many.
    const isStranger = present === null && shown.namedBy === 'guest';
    const forgotten = isStranger ? await forgetStrangers(rows, { butNot: id, isHere: shown.isHere }) : [];
    return { id, name, renamed, forgotten };
  });

  /** The guest that the strongest identity leads to which leads to one. */
  async function findGuest(rows: HostRows, known: ReadonlyMap<string, string>): Promise<GuestRow | null> {
    const leading = shown.identities.find((identity) => known.has(toKey(identity)));
    const id = leading === undefined ? undefined : known.get(toKey(leading));
    if (id === undefined) return null;
    return (await selectGuest(rows.db, { id }))[0] ?? null;
  }
}

const selectGuest = statement((db, { id }: { readonly id: string }) =>
  db.selectFrom('guest').selectAll().where('id', '=', id),
);

/**
 * The ids of guests, by what leads to them, and by what would if it were of another kind. Asked so, the index leads to
 * each; by pairs SQLite reads all that the host has.
 */
async function findIdentities(
  { db, hostId }: HostRows,
  identities: readonly Identity[],
): Promise<ReadonlyMap<string, string>> {
  const found = await db
    .selectFrom('identity')
    .select(['kind', 'value', 'guest_id'])
    .where('host_id', '=', hostId)
    .where(
      'kind',
      'in',
      identities.map(({ kind }) => kind),
    )
    .where(
      'value',
      'in',
      identities.map(({ value }) => value),
    )
    .execute();
  return new Map(found.map(({ kind, value, guest_id }) => [toKey({ kind, value }), guest_id]));
}

/** Until its agent says otherwise. */
const STAYS = { starter: null, next_visit_at: null } as const;

async function saveGuest({
  rows: { db, hostId },
  shown,
  present,
  next,
}: {
  readonly rows: HostRows;
  readonly shown: ShownGuest;
  readonly present: GuestRow | null;
  readonly next: { readonly id: GuestId; readonly name: string };
}): Promise<void> {
  // A name that was kept from the hypervisor's earlier word, or a person's, is still that.
  const isKept = present !== null && isStronger(present.named_by, shown.namedBy);
  const columns = {
    name: next.name,
    said_name: isKept ? present.said_name : shown.name,
    named_by: isKept ? present.named_by : shown.namedBy,
    agent_version: shown.agentVersion ?? present?.agent_version ?? '',
  };
  if (present === null) {
    const seen = { first_seen_at: shown.seenAt, last_seen_at: shown.seenAt };
    await db
      .insertInto('guest')
      .values({
        id: next.id,
        host_id: hostId,
        ...columns,
        ...seen,
        seen_number: await drawSeenNumber({ db, hostId }),
        ...STAYS,
      })
      .execute();
    return;
  }
  const isSame = (Object.keys(columns) as (keyof typeof columns)[]).every(
    (column) => columns[column] === present[column],
  );
  if (!isSame) await db.updateTable('guest').set(columns).where('id', '=', next.id).execute();
  if (present.named_by === 'guest' && columns.named_by !== 'guest') await makeKnown({ db, hostId }, next.id);
}

/** What it shows is its own from now on: a domain that was another's before has been proven to be this one's. */
async function saveIdentity({
  rows: { db, hostId },
  identity: { kind, value },
  id,
  shownAt,
}: {
  readonly rows: HostRows;
  readonly identity: Identity;
  readonly id: GuestId;
  readonly shownAt: number;
}): Promise<void> {
  const owner = { guest_id: id, first_shown_at: shownAt };
  await db
    .insertInto('identity')
    .values({ host_id: hostId, kind, value, ...owner })
    .onConflict((conflict) => conflict.columns(['host_id', 'kind', 'value']).doUpdateSet(owner))
    .execute();
}

function toKey({ kind, value }: { readonly kind: string; readonly value: string }): string {
  return `${kind} ${value}`;
}
