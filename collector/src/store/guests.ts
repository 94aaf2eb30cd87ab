import type { GuestId } from '../model/guest-id.ts';
import { IDENTITY_KINDS, type Identity, type IdentityKind } from '../model/identity.ts';
import type { Visits } from '../model/visits.ts';
import type { GuestRecord, SeenGuest } from '../ports/store/guests.ts';
import type { GuestRow } from './give-name.ts';
import { removeGuests } from './remove-guests.ts';
import { statement } from './statement.ts';
import type { HostRows } from './tables.ts';

export async function sawGuests({ db, hostId }: HostRows, seen: readonly SeenGuest[]): Promise<void> {
  if (seen.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    const seen_number = await drawSeenNumber({ db: transaction, hostId });
    for (const { id, seenAt, visits } of seen)
      await updateSeen(transaction, {
        hostId,
        id,
        seenAt,
        seenNumber: seen_number,
        starter: visits?.starter ?? null,
        nextVisitAt: visits?.nextVisitAt ?? null,
      });
  });
}

interface Seeing extends Omit<SeenGuest, 'visits'> {
  readonly hostId: string;
  readonly seenNumber: number;
  readonly starter: string | null;
  readonly nextVisitAt: number | null;
}

const updateSeen = statement((db, { hostId, id, seenAt, seenNumber, starter, nextVisitAt }: Seeing) =>
  db
    .updateTable('guest')
    .set({
      last_seen_at: seenAt,
      seen_number: seenNumber,
      starter,
      next_visit_at: nextVisitAt,
    })
    .where('host_id', '=', hostId)
    .where('id', '=', id),
);

/** Higher than those of all guests that were seen before. */
export async function drawSeenNumber({ db, hostId }: HostRows): Promise<number> {
  const { last } = await db
    .selectFrom('guest')
    .select(({ fn }) => fn.max<number | null>('seen_number').as('last'))
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

export async function forgetGuest({ db, hostId }: HostRows, id: GuestId): Promise<void> {
  await db.transaction().execute((transaction) => removeGuests({ db: transaction, hostId }, [id]));
}

export async function countTrims({ db, hostId }: HostRows, id: GuestId): Promise<number> {
  const { count } = await db
    .selectFrom('trim')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('host_id', '=', hostId)
    .where('guest_id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listGuests({ db, hostId }: HostRows): Promise<readonly GuestRecord[]> {
  const guests = await db.selectFrom('guest').selectAll().where('host_id', '=', hostId).orderBy('name').execute();
  const identities = await db
    .selectFrom('identity')
    .select(['kind', 'value', 'guest_id'])
    .where('host_id', '=', hostId)
    .orderBy('first_shown_at', 'desc')
    .execute();
  return toRecords(guests, identities);
}

export async function findGuests({ db, hostId }: HostRows, words: readonly string[]): Promise<readonly GuestRecord[]> {
  if (words.length === 0) return [];
  // One question for all, since each waits for what others write: and in it a part for each way, with all kinds by name,
  // so that each is answered by its index. Of an id that is known the host is looked at here.
  const byId = db.selectFrom('guest').select('id').where('id', 'in', words);
  const byName = db.selectFrom('guest').select('id').where('host_id', '=', hostId).where('name', 'in', words);
  const byIdentity = db
    .selectFrom('identity')
    .select('guest_id as id')
    .where('host_id', '=', hostId)
    .where('kind', 'in', IDENTITY_KINDS)
    .where('value', 'in', words);
  const found = await db
    .selectFrom('guest')
    .leftJoin('identity', 'identity.guest_id', 'guest.id')
    .selectAll('guest')
    .select(['identity.kind', 'identity.value'])
    .where('guest.id', 'in', byId.union(byName).union(byIdentity))
    .orderBy('identity.first_shown_at', 'desc')
    .execute();
  const own = found.filter(({ host_id }) => host_id === hostId);
  const identities = own.flatMap(({ id, kind, value }) =>
    kind === null || value === null ? [] : [{ kind, value, guest_id: id }],
  );
  return toRecords([...new Map(own.map((row) => [row.id, row])).values()], identities);
}

interface IdentityRow {
  readonly kind: string;
  readonly value: string;
  readonly guest_id: string;
}

function toRecords(guests: readonly GuestRow[], identities: readonly IdentityRow[]): readonly GuestRecord[] {
  const byGuest = Map.groupBy(identities, ({ guest_id }) => guest_id);
  return guests.map((row) => ({
    id: row.id as GuestId,
    name: row.name,
    identities: (byGuest.get(row.id) ?? []).map(toIdentity).sort(byStrength),
    agentVersion: row.agent_version || null,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    visits: row.starter === null ? null : { starter: row.starter as Visits['starter'], nextVisitAt: row.next_visit_at },
  }));
}

function toIdentity({ kind, value }: { readonly kind: string; readonly value: string }): Identity {
  // A database makes a new text of each, and some are kept of each guest.
  const known = IDENTITY_KINDS.find((each) => each === kind);
  return { kind: known ?? (kind as IdentityKind), value };
}

function byStrength(one: Identity, other: Identity): number {
  return IDENTITY_KINDS.indexOf(one.kind) - IDENTITY_KINDS.indexOf(other.kind);
}
