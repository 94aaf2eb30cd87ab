import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The newest trims of all guests are read in their order. Without an index that has it, SQLite sorted all rows for the
 * first of them.
 */
export const historyInOrder: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema.createIndex('trim_by_number').on('trim').columns(['host_id', 'number']).execute();
  },
};
