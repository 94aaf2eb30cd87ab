import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which job is older than which, a number says: before, a clock that was put back had a new one forgotten first. */
export const jobOrder: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('job')
      .addColumn('number', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`
      update job set number = (
        select count(*) from job as older
        where older.host_id = job.host_id
          and (older.asked_at < job.asked_at or (older.asked_at = job.asked_at and older.id <= job.id))
      )`.execute(db);
  },
};
