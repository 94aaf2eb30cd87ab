import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What migrations 001 to 007 leave, at once: where databases began to be kept by a server, there were no older ones to
 * change. All that follow run on every kind of database.
 */
export const allUntilHere: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createGuests(db);
    await createTrims(db);
    await createJobs(db);
    await createIndexes(db);
  },
};

/** Columns that must have a value. */
function withColumns<Columns extends string, More extends string>(
  table: CreateTableBuilder<string, Columns>,
  columns: Readonly<Record<More, 'text' | 'bigint' | 'integer'>>,
): CreateTableBuilder<string, Columns | More> {
  return Object.entries<'text' | 'bigint' | 'integer'>(columns).reduce<CreateTableBuilder<string, Columns | More>>(
    (built, [name, type]) => built.addColumn(name as More, type, (column) => column.notNull()),
    table,
  );
}

async function createGuests({ schema }: Kysely<unknown>): Promise<void> {
  await withColumns(
    schema.createTable('guest').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      host_id: 'text',
      name: 'text',
      said_name: 'text',
      named_by: 'text',
      agent_version: 'text',
      first_seen_at: 'bigint',
      last_seen_at: 'bigint',
    },
  )
    .addColumn('seen_number', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await withColumns(schema.createTable('identity'), { host_id: 'text', kind: 'text', value: 'text' })
    .addColumn('guest_id', 'text', (column) => column.notNull().references('guest.id').onDelete('cascade'))
    .addColumn('first_shown_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_key', ['host_id', 'kind', 'value'])
    .execute();
}

/** No foreign key to guest: a report must find its place even where the guest's record was lost. */
async function createTrims({ schema }: Kysely<unknown>): Promise<void> {
  const numbered = (table: string) =>
    withColumns(
      schema.createTable(table).addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement()),
      { id: 'text', host_id: 'text', guest_id: 'text' },
    ).addUniqueConstraint(`${table}_of_guest`, ['host_id', 'guest_id', 'id']);
  await withColumns(numbered('open_trim'), { trigger: 'text', granted_at: 'bigint', before: 'text' })
    .addColumn('grant_facts', 'text')
    .addColumn('after', 'text')
    .execute();
  await withColumns(numbered('trim'), {
    stored_at: 'bigint',
    is_reported: 'integer',
    is_stranger: 'integer',
    bytes: 'bigint',
    summary: 'text',
  }).execute();
  await schema
    .createTable('whole_trim')
    .addColumn('number', 'integer', (column) => column.primaryKey().references('trim.number').onDelete('cascade'))
    .addColumn('whole', 'blob', (column) => column.notNull())
    .execute();
  await withColumns(schema.createTable('last_trim'), { host_id: 'text', guest_id: 'text', device: 'text' })
    .addColumn('number', 'integer', (column) => column.notNull().references('trim.number').onDelete('cascade'))
    .addPrimaryKeyConstraint('last_trim_of_disk', ['host_id', 'guest_id', 'device'])
    .execute();
  await withColumns(schema.createTable('stored_bytes'), { host_id: 'text', is_stranger: 'integer', bytes: 'bigint' })
    .addPrimaryKeyConstraint('stored_bytes_of', ['host_id', 'is_stranger'])
    .execute();
}

async function createJobs({ schema }: Kysely<unknown>): Promise<void> {
  await withColumns(schema.createTable('job'), {
    id: 'text',
    host_id: 'text',
    kind: 'text',
    guest_id: 'text',
    guest_name: 'text',
    targets: 'text',
    options: 'text',
    asked_by: 'text',
    asked_at: 'bigint',
  })
    .addColumn('deadline', 'bigint')
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('cancelled_at', 'bigint')
    .addColumn('number', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('job_key', ['host_id', 'id'])
    .execute();
  await withColumns(schema.createTable('job_event'), {
    host_id: 'text',
    job_id: 'text',
    number: 'integer',
    event: 'text',
  })
    .addPrimaryKeyConstraint('job_event_key', ['host_id', 'job_id', 'number'])
    .addForeignKeyConstraint('job_event_of', ['host_id', 'job_id'], 'job', ['host_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}

const INDEXES = [
  { name: 'guest_by_said_name', table: 'guest', columns: ['host_id', 'said_name'] },
  { name: 'guest_by_seen', table: 'guest', columns: ['host_id', 'seen_number'] },
  { name: 'identity_by_guest', table: 'identity', columns: ['guest_id'] },
  { name: 'open_trim_by_guest', table: 'open_trim', columns: ['host_id', 'guest_id', 'number'] },
  { name: 'trim_by_id', table: 'trim', columns: ['host_id', 'id'] },
  { name: 'trim_by_guest', table: 'trim', columns: ['host_id', 'guest_id', 'number', 'bytes'] },
  { name: 'trim_by_kind', table: 'trim', columns: ['host_id', 'is_stranger', 'number'] },
  { name: 'trim_by_number', table: 'trim', columns: ['host_id', 'number'] },
  { name: 'last_trim_by_number', table: 'last_trim', columns: ['number'] },
];

async function createIndexes({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex('guest_by_name').unique().on('guest').columns(['host_id', 'name']).execute();
  for (const { name, table, columns } of INDEXES) await schema.createIndex(name).on(table).columns(columns).execute();
}
