import type { Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration } from 'kysely/migration';
import { summarise } from '../../model/trim-summary.ts';
import type { Tables } from '../tables.ts';
import { toRow } from '../trim-rows.ts';
import { packTrim, unpackResult, type WholeTrim } from '../whole-trims.ts';

/** What the tables of migration 004 have; `old_` ones live in between only. */
interface OldOpenTrim {
  id: string;
  host_id: string;
  guest_id: string;
  trigger: string;
  granted_at: number;
  before: string;
  grant_facts: string | null;
  after: string | null;
}
interface OldTrim {
  id: string;
  host_id: string;
  guest_id: string;
  started_at: number;
  stored_at: number;
  report: string;
  result: string;
}
type Changing = Pick<Tables, keyof Tables> & {
  old_open_trim: OldOpenTrim;
  old_trim: OldTrim;
  [DEFAULT_MIGRATION_TABLE]: { name: string; timestamp: string };
};

const REPLACED = ['open_trim', 'trim'] as const;

/**
 * A list reads summaries, and a report is kept once and compressed. What is older than what is told by a number that is
 * drawn when a row is stored: before, a clock that had been ahead had the newest trims deleted.
 */
export const summaries: Migration = {
  async up(unknown: Kysely<unknown>): Promise<void> {
    const db = unknown.withTables<Changing>();
    for (const table of REPLACED) await db.schema.alterTable(table).renameTo(`old_${table}`).execute();
    for (const index of ['open_trim_by_guest', 'trim_by_start', 'trim_by_id', 'trim_by_guest'])
      await db.schema.dropIndex(index).execute();
    await createTrims(db);
    await createOpenTrims(db);
    await numberGuests(db);
    await moveTrims(db);
    for (const table of REPLACED) await db.schema.dropTable(`old_${table}`).execute();
  },
};

async function createTrims({ schema }: Kysely<Changing>): Promise<void> {
  await schema
    .createTable('trim')
    .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('stored_at', 'bigint', (column) => column.notNull())
    .addColumn('is_reported', 'integer', (column) => column.notNull())
    .addColumn('is_stranger', 'integer', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('summary', 'text', (column) => column.notNull())
    .addUniqueConstraint('trim_of_guest', ['host_id', 'guest_id', 'id'])
    .execute();
  await schema
    .createTable('whole_trim')
    .addColumn('number', 'integer', (column) => column.primaryKey().references('trim.number').onDelete('cascade'))
    .addColumn('whole', 'blob', (column) => column.notNull())
    .execute();
  await schema
    .createTable('last_trim')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull().references('trim.number').onDelete('cascade'))
    .addPrimaryKeyConstraint('last_trim_of_disk', ['host_id', 'guest_id', 'device'])
    .execute();
  await schema
    .createTable('stored_bytes')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('is_stranger', 'integer', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('stored_bytes_of', ['host_id', 'is_stranger'])
    .execute();
  await schema.createIndex('trim_by_id').on('trim').columns(['host_id', 'id']).execute();
  await schema.createIndex('trim_by_guest').on('trim').columns(['host_id', 'guest_id', 'number', 'bytes']).execute();
  await schema.createIndex('trim_by_kind').on('trim').columns(['host_id', 'is_stranger', 'number']).execute();
  await schema.createIndex('last_trim_by_number').on('last_trim').column('number').execute();
}

async function createOpenTrims(db: Kysely<Changing>): Promise<void> {
  await db.schema
    .createTable('open_trim')
    .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addColumn('before', 'text', (column) => column.notNull())
    .addColumn('grant_facts', 'text')
    .addColumn('after', 'text')
    .addUniqueConstraint('open_trim_of_guest', ['host_id', 'guest_id', 'id'])
    .execute();
  await db.schema
    .createIndex('open_trim_by_guest')
    .on('open_trim')
    .columns(['host_id', 'guest_id', 'number'])
    .execute();
  const columns = ['id', 'host_id', 'guest_id', 'trigger', 'granted_at', 'before', 'grant_facts', 'after'] as const;
  await db
    .insertInto('open_trim')
    .columns([...columns])
    .expression(
      db
        .selectFrom('old_open_trim')
        .select([...columns])
        .orderBy('granted_at'),
    )
    .execute();
}

async function numberGuests(db: Kysely<Changing>): Promise<void> {
  await db.schema
    .alterTable('guest')
    .addColumn('seen_number', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('guest_by_seen').on('guest').columns(['host_id', 'seen_number']).execute();
  const guests = await db.selectFrom('guest').select('id').orderBy('last_seen_at').execute();
  for (const [index, { id }] of guests.entries())
    await db
      .updateTable('guest')
      .set({ seen_number: index + 1 })
      .where('id', '=', id)
      .execute();
}

/**
 * Of whom it is known that no source of this host knew it: it has said hello since hypervisors name guests
 * (migration 002). Of the others of an older version nobody has asked yet, so that theirs go with those of known ones.
 */
async function findStrangers(db: Kysely<Changing>): Promise<ReadonlySet<string>> {
  const named = await db
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('timestamp')
    .where('name', '=', '002-hosts-and-identities')
    .executeTakeFirstOrThrow();
  const strangers = await db
    .selectFrom('guest')
    .select('id')
    .where('named_by', '=', 'guest')
    .where('last_seen_at', '>', Date.parse(named.timestamp))
    .execute();
  return new Set(strangers.map(({ id }) => id));
}

/** One by one: each may hold megabytes. */
async function moveTrims(db: Kysely<Changing>): Promise<void> {
  const strangers = await findStrangers(db);
  const keys = await db
    .selectFrom('old_trim')
    .select(['host_id', 'guest_id', 'id'])
    .orderBy('stored_at')
    .orderBy('started_at')
    .execute();
  for (const key of keys) {
    const old = await db
      .selectFrom('old_trim')
      .selectAll()
      .where((is) => is.and(key))
      .executeTakeFirstOrThrow();
    await moveTrim({ db, old, isStranger: strangers.has(old.guest_id) });
  }
  await db
    .insertInto('stored_bytes')
    .columns(['host_id', 'is_stranger', 'bytes'])
    .expression(
      db
        .selectFrom('trim')
        .select(({ fn }) => ['host_id', 'is_stranger', fn.sum<number>('bytes').as('bytes')])
        .groupBy(['host_id', 'is_stranger']),
    )
    .execute();
}

async function moveTrim({
  db,
  old,
  isStranger,
}: {
  readonly db: Kysely<Changing>;
  readonly old: OldTrim;
  readonly isStranger: boolean;
}): Promise<void> {
  const report = JSON.parse(old.report) as WholeTrim['report'];
  const whole = packTrim({ report, result: JSON.parse(old.result) as WholeTrim['result'] });
  const result = unpackResult(whole);
  const summary = summarise(result);
  const row = toRow({
    hostId: old.host_id,
    guestId: old.guest_id,
    storedAt: old.stored_at,
    isStranger,
    summary,
    whole,
  });
  const { number } = await db.insertInto('trim').values(row).returning('number').executeTakeFirstOrThrow();
  await db.insertInto('whole_trim').values({ number, whole }).execute();
  for (const { device } of result.disks)
    await db
      .insertInto('last_trim')
      .values({ host_id: old.host_id, guest_id: old.guest_id, device, number })
      .onConflict((conflict) => conflict.columns(['host_id', 'guest_id', 'device']).doUpdateSet({ number }))
      .execute();
}
