import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the tables of migration 002 have; `old_` ones live in between only. */
interface OpenTrimBefore {
  id: string;
  host_id: string;
  guest_id: string;
  trigger: string;
  granted_at: number;
  before: string;
}
interface TrimBefore {
  id: string;
  host_id: string;
  guest_id: string;
  started_at: number;
  stored_at: number;
  report: string;
  result: string;
}
type Changing = { old_open_trim: OpenTrimBefore; old_trim: TrimBefore; open_trim: OpenTrimBefore; trim: TrimBefore };

const REPLACED = ['open_trim', 'trim'] as const;

/**
 * What it takes to tell that the guest of a trim is gone, and what the trim did until then. And a trim is found by its
 * guest and its id: before, two guests that said one id had one row.
 */
export const lostGuests: Migration = {
  async up(unknown: Kysely<unknown>): Promise<void> {
    const db = unknown.withTables<Changing>();
    for (const table of REPLACED) await db.schema.alterTable(table).renameTo(`old_${table}`).execute();
    await createTables(db);
    await db
      .insertInto('open_trim')
      .columns(['id', 'host_id', 'guest_id', 'trigger', 'granted_at', 'before'])
      .expression(
        db.selectFrom('old_open_trim').select(['id', 'host_id', 'guest_id', 'trigger', 'granted_at', 'before']),
      )
      .execute();
    await db
      .insertInto('trim')
      .columns(['id', 'host_id', 'guest_id', 'started_at', 'stored_at', 'report', 'result'])
      .expression(
        db.selectFrom('old_trim').select(['id', 'host_id', 'guest_id', 'started_at', 'stored_at', 'report', 'result']),
      )
      .execute();
    for (const table of REPLACED) await db.schema.dropTable(`old_${table}`).execute();
    await createIndexes(db);
  },
};

async function createTables({ schema }: Kysely<Changing>): Promise<void> {
  await schema
    .createTable('open_trim')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addColumn('before', 'text', (column) => column.notNull())
    .addColumn('grant_facts', 'text')
    .addColumn('after', 'text')
    .addPrimaryKeyConstraint('open_trim_of_guest', ['host_id', 'guest_id', 'id'])
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
    .addPrimaryKeyConstraint('trim_of_guest', ['host_id', 'guest_id', 'id'])
    .execute();
}

async function createIndexes({ schema }: Kysely<Changing>): Promise<void> {
  await schema
    .createIndex('open_trim_by_guest')
    .on('open_trim')
    .columns(['host_id', 'guest_id', 'granted_at'])
    .execute();
  await schema.createIndex('trim_by_start').on('trim').columns(['host_id', 'started_at', 'stored_at']).execute();
  await schema.createIndex('trim_by_id').on('trim').columns(['host_id', 'id']).execute();
  await schema
    .createIndex('trim_by_guest')
    .on('trim')
    .columns(['host_id', 'guest_id', 'started_at', 'stored_at'])
    .execute();
}
