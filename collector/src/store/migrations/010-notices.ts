import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people are to be told, until every receiver has it. */
export const notices: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('notice')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('alert_id', 'text', (column) => column.notNull())
      .addColumn('event', 'text', (column) => column.notNull())
      .addColumn('posted_at', 'bigint', (column) => column.notNull())
      .addColumn('notice', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('notice_key', ['host_id', 'id'])
      .execute();
    await schema.createIndex('notice_by_alert').on('notice').columns(['host_id', 'alert_id', 'number']).execute();
    await schema.createIndex('notice_by_age').on('notice').columns(['host_id', 'posted_at']).execute();
    await schema
      .createTable('delivery')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('notice_id', 'text', (column) => column.notNull())
      .addColumn('sender', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('delivery_key', ['host_id', 'notice_id', 'sender'])
      .addForeignKeyConstraint('delivery_of', ['host_id', 'notice_id'], 'notice', ['host_id', 'id'], (key) =>
        key.onDelete('cascade'),
      )
      .execute();
  },
};
