import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationDeps } from './migration-deps.ts';

/**
 * Levels and their roll-ups. Rows lie in the order in which they come, those of one stretch together: what a minute adds
 * touches few pages, and what is no longer kept goes as it came. A key of another kind of table would be stored twice.
 */
export function createSamplesTables({ rowsLieByKey }: Pick<MigrationDeps, 'rowsLieByKey'>): Migration {
  return {
    async up({ schema }: Kysely<unknown>): Promise<void> {
      await schema
        .createTable('series')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('host_id', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('first_at', 'bigint', (column) => column.notNull())
        .addUniqueConstraint('series_of_host', ['host_id', 'kind', 'subject', 'device'])
        .execute();
      await schema.createIndex('series_by_id').on('series').columns(['host_id', 'id']).execute();
      await schema
        .createTable('stretch')
        .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('host_id', 'text', (column) => column.notNull())
        .addColumn('resolution', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint')
        .addUniqueConstraint('stretch_of_time', ['host_id', 'resolution', 'at'])
        .execute();
      await schema
        .createIndex('stretch_by_number')
        .on('stretch')
        .columns(['host_id', 'resolution', 'number'])
        .execute();
      await schema
        .createTable('last_sample')
        .addColumn('series', 'integer', (column) => column.primaryKey().references('series.id').onDelete('cascade'))
        .addColumn('day', 'integer', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('level_bytes', 'bigint', (column) => column.notNull())
        .addColumn('limit_bytes', 'bigint')
        .execute();
      await schema
        .createTable('sample')
        .addColumn('stretch', 'integer', (column) => column.notNull())
        .addColumn('series', 'integer', (column) => column.notNull())
        .addColumn('after_ms', 'integer', (column) => column.notNull())
        .addColumn('level_bytes', 'bigint', (column) => column.notNull())
        .addColumn('limit_bytes', 'bigint')
        .addPrimaryKeyConstraint('sample_key', ['stretch', 'series', 'after_ms'])
        .modifyEnd(rowsLieByKey)
        .execute();
      await schema
        .createTable('rollup')
        .addColumn('stretch', 'integer', (column) => column.notNull())
        .addColumn('series', 'integer', (column) => column.notNull())
        .addColumn('part', 'integer', (column) => column.notNull())
        .addColumn('last_ms', 'integer', (column) => column.notNull())
        .addColumn('level_bytes', 'bigint', (column) => column.notNull())
        .addColumn('below_bytes', 'bigint', (column) => column.notNull())
        .addColumn('above_bytes', 'bigint', (column) => column.notNull())
        .addColumn('limit_bytes', 'bigint')
        .addColumn('samples', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('rollup_key', ['stretch', 'series', 'part'])
        .modifyEnd(rowsLieByKey)
        .execute();
    },
  };
}
