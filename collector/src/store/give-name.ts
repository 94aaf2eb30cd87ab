import type { GuestId } from '../model/guest-id.ts';
import type { Recognised, ShownGuest } from '../ports/store/guests.ts';
import { withSuffix } from './suffix.ts';
import type { HostRows, Tables } from './tables.ts';

export type GuestRow = Tables['guest'];

/** What a guest is to be called, and whose word that is. */
type Wanted = Pick<ShownGuest, 'name' | 'namedBy' | 'takenNames'>;

interface Naming {
  readonly rows: HostRows;
  readonly shown: Wanted;
  /** The guest as it was; null for a new one. */
  readonly present: GuestRow | null;
}

/**
 * The name of a guest on its host, where each is borne by one guest:
 *
 * 1. The hypervisor's word comes first: a guest that was proven to be a domain bears the domain's name. Whoever else
 *    bore it gets a suffix, unless the hypervisor has two domains of that name: then the one that came first keeps it.
 * 2. A guest without a domain bears its hostname, if no other guest and no domain does; else that one of `web~2`,
 *    `web~3`, … which nobody bears after one that somebody does: the first, where none was given up.
 * 3. A name stays while what it was made of stays: the one with the suffix is not renamed when the first goes away. A
 *    name that came from the hypervisor stays also when the guest says hello and its domain cannot be proven.
 * 4. A person's word comes before both: who bears a name by it keeps it, whatever the hypervisor or the guest says, and
 *    whoever else wants that name gets a suffix.
 */
export async function giveName({ rows, shown, present }: Naming): Promise<Pick<Recognised, 'name' | 'renamed'>> {
  if (present !== null && isStillRight({ shown, present })) return { name: present.name, renamed: [] };
  if (shown.namedBy === 'guest') return { name: await findFreeName({ rows, said: shown.name, shown }), renamed: [] };
  const bearer = await findBearer(rows, shown.name);
  if (bearer === null || bearer.id === present?.id) return { name: shown.name, renamed: [] };
  if (bearer.named_by === 'person' || (bearer.named_by === 'hypervisor' && shown.takenNames.has(shown.name))) {
    const isKept = present?.named_by === shown.namedBy && present.said_name === shown.name;
    return { name: isKept ? present.name : await findFreeName({ rows, said: shown.name, shown }), renamed: [] };
  }
  const name = await findFreeName({ rows, said: bearer.said_name, shown });
  await rows.db.updateTable('guest').set({ name }).where('id', '=', bearer.id).execute();
  return { name: shown.name, renamed: [{ id: bearer.id as GuestId, name }] };
}

function isStillRight({ shown, present }: { readonly shown: Wanted; readonly present: GuestRow }): boolean {
  if (shown.namedBy !== 'guest' && present.named_by === shown.namedBy) return present.name === shown.name;
  if (isStronger(present.named_by, shown.namedBy)) return true;
  if (shown.namedBy !== 'guest') return false;
  return present.said_name === shown.name && !shown.takenNames.has(present.name);
}

async function findFreeName({
  rows,
  said,
  shown,
}: {
  readonly rows: HostRows;
  readonly said: string;
  readonly shown: Wanted;
}): Promise<string> {
  const isFree = async (name: string) =>
    name !== reservedBy(shown) && !shown.takenNames.has(name) && (await findBearer(rows, name)) === null;
  if (await isFree(said)) return said;
  // Doubled until one is free, then halved: thousands may have this hostname, and bear all suffixes up to theirs.
  let [borne, free] = [1, 2];
  while (!(await isFree(withSuffix(said, free)))) [borne, free] = [free, 2 * free];
  while (free - borne > 1) {
    const middle = Math.floor((borne + free) / 2);
    if (await isFree(withSuffix(said, middle))) free = middle;
    else borne = middle;
  }
  return withSuffix(said, free);
}

/** Whose word on a name comes first, the strongest last. */
const NAMERS: readonly string[] = ['guest', 'hypervisor', 'person'] satisfies ShownGuest['namedBy'][];

export function isStronger(one: string, other: ShownGuest['namedBy']): boolean {
  return NAMERS.indexOf(one) > NAMERS.indexOf(other);
}

/** The name that is about to be given to a guest by another's word than its own: nobody else may have it. */
function reservedBy({ namedBy, name }: Wanted): string | null {
  return namedBy === 'guest' ? null : name;
}

async function findBearer({ db, hostId }: HostRows, name: string): Promise<GuestRow | null> {
  const row = await db
    .selectFrom('guest')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row ?? null;
}
