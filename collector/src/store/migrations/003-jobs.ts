import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people asked for, and what happened to it: before, both were gone with the collector. */
export const jobs: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('job')
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('guest_id', 'text', (column) => column.notNull())
      .addColumn('guest_name', 'text', (column) => column.notNull())
      .addColumn('targets', 'text', (column) => column.notNull())
      .addColumn('options', 'text', (column) => column.notNull())
      .addColumn('asked_by', 'text', (column) => column.notNull())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('deadline', 'bigint')
      .addColumn('priority', 'integer', (column) => column.notNull())
      .addColumn('cancelled_at', 'bigint')
      .addPrimaryKeyConstraint('job_key', ['host_id', 'id'])
      .execute();
    await schema
      .createTable('job_event')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('event', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('job_event_key', ['host_id', 'job_id', 'number'])
      .addForeignKeyConstraint('job_event_of', ['host_id', 'job_id'], 'job', ['host_id', 'id'], (key) =>
        key.onDelete('cascade'),
      )
      .execute();
  },
};
