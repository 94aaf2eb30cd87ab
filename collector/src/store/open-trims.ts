import type { Trigger } from '@trimtab/protocol';
import type { Selectable } from 'kysely';
import type { GuestId } from '../model/guest-id.ts';
import type { Inside } from '../model/guest-inside.ts';
import type { Measured } from '../model/sample.ts';
import type { TrimKey } from '../model/trim-key.ts';
import type { OpenTrim, OpenTrimMark } from '../ports/store/open-trims.ts';
import { findOwner, guestForgotten } from './owner.ts';
import { statement } from './statement.ts';
import type { HostRows, StoredKey, Tables } from './tables.ts';

/** What was so when the trim was granted. */
type GrantFacts = Pick<OpenTrim, 'guestName' | 'requestId' | 'bootId' | 'process' | 'inside' | 'planned' | 'paths'>;

/** An older collector kept none: nothing can be concluded of a guest that does not come back. */
const NO_FACTS: GrantFacts = {
  guestName: '',
  requestId: null,
  bootId: null,
  process: null,
  inside: 'trimtab-agent',
  planned: [],
  paths: [],
};

/** Of one guest, rule [ST5]: an honest one has one open, and a few more after crashes. */
export const OPEN_TRIMS_KEPT = 32;

/**
 * Granted again (the agent lost the link before it heard of the first grant): the newer samples are nearer to the first
 * discard, and it is the newest again.
 */
export async function insertOpenTrim({ db, hostId }: HostRows, trim: OpenTrim): Promise<void> {
  const { guestName, requestId, bootId, process, inside, planned, paths } = trim;
  const facts: GrantFacts = { guestName, requestId, bootId, process, inside, planned, paths };
  const { id, guestId } = trim;
  await db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    // Rule [ST18].
    if ((await findOwner(rows, guestId)) === null) throw guestForgotten(guestId);
    await deleteOpenTrim(transaction, { hostId, guestId, id });
    await putOpenTrim(transaction, {
      id,
      host_id: hostId,
      guest_id: guestId,
      trigger: trim.trigger,
      granted_at: trim.grantedAt,
      before: JSON.stringify(trim.before),
      grant_facts: JSON.stringify(facts),
      after: trim.after === null ? null : JSON.stringify(trim.after),
      boot_id: bootId,
      process,
      inside,
    });
    await deleteSurplus(transaction, { hostId, guestId });
  });
}

export const deleteOpenTrim = statement((db, { hostId, guestId, id }: StoredKey) =>
  db.deleteFrom('open_trim').where('host_id', '=', hostId).where('guest_id', '=', guestId).where('id', '=', id),
);

const putOpenTrim = statement((db, row: Omit<Tables['open_trim'], 'number'>) =>
  db.insertInto('open_trim').values({
    id: row.id,
    host_id: row.host_id,
    guest_id: row.guest_id,
    trigger: row.trigger,
    granted_at: row.granted_at,
    before: row.before,
    grant_facts: row.grant_facts,
    after: row.after,
    boot_id: row.boot_id,
    process: row.process,
    inside: row.inside,
  }),
);

const deleteSurplus = statement((db, { hostId, guestId }: Omit<StoredKey, 'id'>) =>
  db
    .deleteFrom('open_trim')
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .where('number', '<=', ({ selectFrom }) =>
      selectFrom('open_trim')
        .select('number')
        .where('host_id', '=', hostId)
        .where('guest_id', '=', guestId)
        .orderBy('number', 'desc')
        .limit(1)
        .offset(OPEN_TRIMS_KEPT),
    ),
);

/** Its result is stored, and this is what was measured for it. */
export const updateOpenTrim = statement((db, { hostId, guestId, id, after }: StoredKey & { readonly after: string }) =>
  db
    .updateTable('open_trim')
    .set({ after })
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .where('id', '=', id),
);

export async function findOpenTrim({ db, hostId }: HostRows, { guestId, id }: TrimKey): Promise<OpenTrim | null> {
  const [row] = await selectOpenTrim(db, { hostId, guestId, id });
  return row === undefined ? null : toOpenTrim(row);
}

const selectOpenTrim = statement((db, { hostId, guestId, id }: StoredKey) =>
  db
    .selectFrom('open_trim')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('guest_id', '=', guestId)
    .where('id', '=', id),
);

/** Those whose result is not stored, the oldest first. */
export async function listOpenTrims(
  { db, hostId }: HostRows,
  guestId: GuestId | null,
): Promise<readonly OpenTrimMark[]> {
  const rows = await db
    .selectFrom('open_trim')
    .select(['id', 'guest_id', 'granted_at', 'boot_id', 'process', 'inside'])
    .where('host_id', '=', hostId)
    .where('after', 'is', null)
    .$if(guestId !== null, (query) => query.where('guest_id', '=', guestId))
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    id: row.id as OpenTrim['id'],
    guestId: row.guest_id as GuestId,
    grantedAt: row.granted_at,
    bootId: row.boot_id,
    process: row.process,
    inside: (row.inside ?? 'trimtab-agent') as Inside,
  }));
}

export async function withdrawTrim({ db, hostId }: HostRows, { guestId, id }: TrimKey): Promise<void> {
  await db
    .deleteFrom('open_trim')
    .where('host_id', '=', hostId)
    .where('id', '=', id)
    .where('guest_id', '=', guestId)
    .where('after', 'is', null)
    .execute();
}

function toOpenTrim(row: Selectable<Tables['open_trim']>): OpenTrim {
  const facts = row.grant_facts === null ? NO_FACTS : (JSON.parse(row.grant_facts) as GrantFacts);
  return {
    id: row.id as OpenTrim['id'],
    guestId: row.guest_id as GuestId,
    trigger: row.trigger as Trigger,
    grantedAt: row.granted_at,
    before: JSON.parse(row.before) as OpenTrim['before'],
    after: row.after === null ? null : (JSON.parse(row.after) as Measured),
    ...NO_FACTS,
    ...facts,
  };
}
