import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * By which tokens guests join, by which keys they are known, which of them wait for a person's word, who may ask over
 * the API, and who asked for what. Nothing of it is secret: of secrets, what they make is kept, and of tokens of the
 * API the SHA-256.
 */
export const whoMay: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createEnrolments(db);
    await createGuestKeys(db);
    await createHeldGuests(db);
    await createOthers(db);
    // The last number that was drawn: each request draws the next, and would else look through all that are kept.
    await db.schema.createIndex('job_in_order').on('job').columns(['host_id', 'number']).execute();
    // It was one word.
    for (const kind of ['socket', 'network'])
      await sql`update job set asked_by = ${JSON.stringify({ kind })} where asked_by = ${kind}`.execute(db);
  },
};

async function createEnrolments({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('enrolment')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('guest', 'text')
    .addColumn('most_uses', 'integer', (column) => column.notNull())
    .addColumn('uses', 'integer', (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('enrolment_key', ['host_id', 'id'])
    .addUniqueConstraint('enrolment_of_key', ['host_id', 'key'])
    .execute();
}

async function createGuestKeys({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('guest_key')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('guest_id', 'text', (column) => column.notNull().references('guest.id').onDelete('cascade'))
    .addColumn('product_uuid', 'text')
    .addColumn('machine_id', 'text')
    .addColumn('joined_at', 'bigint', (column) => column.notNull())
    .addColumn('joined_by', 'text', (column) => column.notNull())
    .addColumn('enrolment_id', 'text')
    .addColumn('revoked_by', 'text')
    .addColumn('revoked_at', 'bigint')
    .addColumn('learned_pins', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('guest_key_key', ['host_id', 'key'])
    .execute();
  // In their order, and the last number that was drawn: each guest that joins draws the next.
  await schema.createIndex('guest_key_in_order').on('guest_key').columns(['host_id', 'number']).execute();
  // With a guest its keys go: each of them would else be looked for among those of all.
  await schema.createIndex('guest_key_of_guest').on('guest_key').column('guest_id').execute();
}

async function createHeldGuests({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('held_guest')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('seen_number', 'bigint', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('enrolment_id', 'text')
    .addColumn('product_uuid', 'text')
    .addColumn('machine_id', 'text')
    .addColumn('boot_id', 'text')
    .addColumn('hostname', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('is_dismissed', 'integer', (column) => column.notNull())
    .addColumn('approved_by', 'text')
    .addColumn('approved_name', 'text')
    .addPrimaryKeyConstraint('held_guest_key', ['host_id', 'id'])
    .addUniqueConstraint('held_guest_of_mark', ['host_id', 'mark'])
    .execute();
}

async function createOthers({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('api_token')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addPrimaryKeyConstraint('api_token_key', ['host_id', 'name'])
    .addUniqueConstraint('api_token_of_hash', ['host_id', 'hash'])
    .execute();
  await schema
    .createTable('deed')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('deed', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('deed_key', ['host_id', 'number'])
    .execute();
}
