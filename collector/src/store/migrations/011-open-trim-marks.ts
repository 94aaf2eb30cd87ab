import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { MigrationDeps } from './migration-deps.ts';

/** Of what was so at the grant, what tells whether the trim is lost. */
const MARKS = { boot_id: 'bootId', process: 'process', inside: 'inside' } as const;

/**
 * What is asked of an open trim again and again has columns of its own. Before, it was taken out of JSON by the
 * database, which no two kinds do alike.
 */
export function createOpenTrimMarks({ kind }: Pick<MigrationDeps, 'kind'>): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const column of Object.keys(MARKS))
        await db.schema.alterTable('open_trim').addColumn(column, 'text').execute();
      // Where a server keeps the database, none has been opened before.
      if (kind === 'postgres') return;
      const values = Object.entries(MARKS).map(
        ([column, fact]) => sql`${sql.ref(column)} = json_extract(grant_facts, ${`$.${fact}`})`,
      );
      await sql`update open_trim set ${sql.join(values)}`.execute(db);
    },
  };
}
