import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { withSuffix } from '../suffix.ts';
import type { HostDeps } from './migration-deps.ts';

/** The tables of migration 001, and those that take their place; `old_` ones live in between only. */
type Changing = {
  old_guest: { id: string; name: string; agent_version: string; first_seen_at: number; last_seen_at: number };
  old_open_trim: { id: string; guest_id: string; trigger: string; granted_at: number; before: string };
  old_trim: {
    id: string;
    guest_id: string;
    guest_name: string;
    started_at: number;
    stored_at: number;
    report: string;
    result: string;
  };
  guest: Changing['old_guest'] & { host_id: string; said_name: string; named_by: string };
  identity: { host_id: string; kind: string; value: string; guest_id: string; first_shown_at: number };
  open_trim: Changing['old_open_trim'] & { host_id: string };
  trim: Omit<Changing['old_trim'], 'guest_name'> & { host_id: string };
};

const REPLACED = ['guest', 'open_trim', 'trim'] as const;

/**
 * Every row is of a host; a guest has an id of our own and is recognised by its identities. Before, a guest's id was
 * what it said of itself: its product UUID, else its machine-id, else its hostname. That becomes its first identity.
 */
export function createHostsAndIdentities({ hostId, newGuestId }: HostDeps): Migration {
  return {
    async up(unknown: Kysely<unknown>): Promise<void> {
      const db = unknown.withTables<Changing>();
      await db.schema.dropIndex('trim_by_start').execute();
      await db.schema.dropIndex('trim_by_guest').execute();
      for (const table of REPLACED) await db.schema.alterTable(table).renameTo(`old_${table}`).execute();
      await createTables(db);
      await moveGuests(db, { hostId, newGuestId });
      await moveTrims(db, hostId);
      for (const table of REPLACED) await db.schema.dropTable(`old_${table}`).execute();
      await createIndexes(db);
    },
  };
}

async function createTables({ schema }: Kysely<Changing>): Promise<void> {
  await schema
    .createTable('guest')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('said_name', 'text', (column) => column.notNull())
    .addColumn('named_by', 'text', (column) => column.notNull())
    .addColumn('agent_version', 'text', (column) => column.notNull())
    .addColumn('first_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('identity')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull().references('guest.id').onDelete('cascade'))
    .addColumn('first_shown_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_key', ['host_id', 'kind', 'value'])
    .execute();
  // No foreign key to guest: a report must find its place even where the guest's record was lost.
  await schema
    .createTable('open_trim')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addColumn('before', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('open_trim_key', ['host_id', 'id'])
    .execute();
  await schema
    .createTable('trim')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('stored_at', 'bigint', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('trim_key', ['host_id', 'id'])
    .execute();
}

async function createIndexes({ schema }: Kysely<Changing>): Promise<void> {
  await schema.createIndex('guest_by_name').unique().on('guest').columns(['host_id', 'name']).execute();
  await schema.createIndex('guest_by_said_name').on('guest').columns(['host_id', 'said_name']).execute();
  await schema.createIndex('identity_by_guest').on('identity').column('guest_id').execute();
  await schema
    .createIndex('open_trim_by_guest')
    .on('open_trim')
    .columns(['host_id', 'guest_id', 'granted_at'])
    .execute();
  await schema.createIndex('trim_by_start').on('trim').columns(['host_id', 'started_at', 'stored_at']).execute();
  await schema
    .createIndex('trim_by_guest')
    .on('trim')
    .columns(['host_id', 'guest_id', 'started_at', 'stored_at'])
    .execute();
}

/**
 * Who came first keeps the name; the others get a suffix until they say hello, and the hypervisor's word comes first.
 */
async function moveGuests(db: Kysely<Changing>, { hostId, newGuestId }: HostDeps): Promise<void> {
  const guests = await db.selectFrom('old_guest').selectAll().orderBy('first_seen_at').orderBy('id').execute();
  const names = new Set<string>();
  const wanted = new Set(guests.map(({ name }) => name));
  for (const { id: saidId, name: saidName, ...seen } of guests) {
    const id = newGuestId();
    let name = saidName;
    for (let nth = 2; names.has(name) || (name !== saidName && wanted.has(name)); nth += 1)
      name = withSuffix(saidName, nth);
    names.add(name);
    const own = { id, host_id: hostId, name, said_name: saidName, named_by: 'guest' };
    await db
      .insertInto('guest')
      .values({ ...own, ...seen })
      .execute();
    const identity = { host_id: hostId, kind: kindOf(saidId), value: saidId };
    await db
      .insertInto('identity')
      .values({ ...identity, guest_id: id, first_shown_at: seen.first_seen_at })
      .execute();
  }
}

/** A trim of a guest that is not there keeps the id that it had: nobody shows it, but its result is told. */
async function moveTrims(db: Kysely<Changing>, hostId: string): Promise<void> {
  await db
    .insertInto('open_trim')
    .columns(['id', 'host_id', 'guest_id', 'trigger', 'granted_at', 'before'])
    .expression(
      db
        .selectFrom('old_open_trim as old')
        .leftJoin('identity', 'identity.value', 'old.guest_id')
        .select(({ fn, val }) => [
          'old.id',
          val(hostId).as('host_id'),
          fn.coalesce('identity.guest_id', 'old.guest_id').as('guest_id'),
          'old.trigger',
          'old.granted_at',
          'old.before',
        ]),
    )
    .execute();
  await db
    .insertInto('trim')
    .columns(['id', 'host_id', 'guest_id', 'started_at', 'stored_at', 'report', 'result'])
    .expression(
      db
        .selectFrom('old_trim as old')
        .leftJoin('identity', 'identity.value', 'old.guest_id')
        .select(({ fn, val }) => [
          'old.id',
          val(hostId).as('host_id'),
          fn.coalesce('identity.guest_id', 'old.guest_id').as('guest_id'),
          'old.started_at',
          'old.stored_at',
          'old.report',
          'old.result',
        ]),
    )
    .execute();
}

function kindOf(saidId: string): 'product-uuid' | 'machine-id' | 'hostname' {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(saidId)) return 'product-uuid';
  return /^[0-9a-f]{32}$/.test(saidId) ? 'machine-id' : 'hostname';
}
