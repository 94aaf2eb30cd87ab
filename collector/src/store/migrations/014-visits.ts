import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Of guests whose agent does not stay: what starts it, and when it is to come again. */
export const visits: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema.alterTable('guest').addColumn('starter', 'text').execute();
    await schema.alterTable('guest').addColumn('next_visit_at', 'bigint').execute();
  },
};
