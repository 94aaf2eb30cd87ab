import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where each alert stands, those that are over, the notices that wait to be posted, and the silences. */
export const alerts: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('alert_state')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('alert_state_key', ['host_id', 'rule', 'subject'])
      .execute();
    await schema
      .createTable('ended_alert')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('alert', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('ended_alert_key', ['host_id', 'number'])
      .execute();
    await schema
      .createTable('waiting_notice')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('notice', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('waiting_notice_key', ['host_id', 'id'])
      .execute();
    await schema
      .createTable('silence')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('silence', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('silence_key', ['host_id', 'id'])
      .execute();
  },
};
