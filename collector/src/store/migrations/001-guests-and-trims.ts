import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Guests, open trims and closed trims. A migration that was released is never edited: the next one changes what it
 * made.
 */
export const guestsAndTrims: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('guest')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('agent_version', 'text', (column) => column.notNull())
      .addColumn('first_seen_at', 'integer', (column) => column.notNull())
      .addColumn('last_seen_at', 'integer', (column) => column.notNull())
      .execute();
    // No foreign key to guest: a report must find its place even where the guest's record was lost or renamed.
    await db.schema
      .createTable('open_trim')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('guest_id', 'text', (column) => column.notNull())
      .addColumn('trigger', 'text', (column) => column.notNull())
      .addColumn('granted_at', 'integer', (column) => column.notNull())
      .addColumn('before', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('trim')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('guest_id', 'text', (column) => column.notNull())
      .addColumn('guest_name', 'text', (column) => column.notNull())
      .addColumn('started_at', 'integer', (column) => column.notNull())
      .addColumn('stored_at', 'integer', (column) => column.notNull())
      .addColumn('report', 'text', (column) => column.notNull())
      .addColumn('result', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('trim_by_start').on('trim').columns(['started_at', 'stored_at']).execute();
    await db.schema
      .createIndex('trim_by_guest')
      .on('trim')
      .columns(['guest_name', 'started_at', 'stored_at'])
      .execute();
  },
};
