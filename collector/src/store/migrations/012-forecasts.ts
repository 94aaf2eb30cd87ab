import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was foreseen of each pool, day by day. */
export const forecasts: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('kept_forecast')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('day', 'text', (column) => column.notNull())
      .addColumn('pool', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('told', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('kept_forecast_key', ['host_id', 'day', 'pool', 'kind'])
      .execute();
  },
};
