import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { createMigrations } from './migrations/all.ts';
import type { MigrationDeps } from './migrations/migration-deps.ts';
import type { Tables } from './tables.ts';

export interface MigrateDeps extends MigrationDeps {
  readonly db: Kysely<Tables>;
  readonly path: string;
  /** Called first where the database is one of an older version: what follows may take long. */
  onOlder(): Promise<void>;
}

/**
 * Brings the database to the newest migration. Throws a Fault `store-newer` or `store-migration`, and then nothing is
 * changed.
 */
export async function migrate({ db, path, onOlder, ...deps }: MigrateDeps): Promise<void> {
  const migrations = createMigrations(deps);
  const known = Object.keys(migrations);
  const applied = await listApplied(db);
  const elsewhere = toElsewhere(deps.kind);
  refuseNewer({ applied, path, known, elsewhere });
  if (applied.length > 0 && applied.length < known.length) await onOlder();
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // A full disk or a torn file has its own remedy.
  if (error instanceof Fault && error.detail.code !== 'store-error') throw error;
  throw new Fault({
    code: 'store-migration',
    operation: 'bring the database to this version',
    subject: path,
    cause: toCause(error),
    hint: `The database is as it was. If it is not a database of Trimtab, choose ${elsewhere}.`,
  });
}

/**
 * The newest migration, which says the form of what is stored. Throws a Fault `store-newer` or `store-older` where the
 * database has another.
 */
export async function requireNewest({ db, path, ...deps }: Omit<MigrateDeps, 'onOlder'>): Promise<string> {
  const known = Object.keys(createMigrations(deps));
  const applied = await listApplied(db);
  refuseNewer({ applied, path, known, elsewhere: 'another place' });
  const newest = known.at(-1) ?? '';
  if (applied.includes(newest)) return newest;
  throw new Fault({
    code: 'store-older',
    operation: 'read the database',
    subject: path,
    cause: applied.length === 0 ? 'it holds no history' : 'an older Trimtab wrote it',
    hint: 'Start the collector of this version on it once, which gives it the form of this version.',
  });
}

/** What `migrate` would find. Throws a Fault `store-newer`. */
export async function compareToNewest({
  db,
  path,
  ...deps
}: Omit<MigrateDeps, 'onOlder'>): Promise<'empty' | 'older' | 'newest'> {
  const known = Object.keys(createMigrations(deps));
  const applied = await listApplied(db);
  refuseNewer({ applied, path, known, elsewhere: toElsewhere(deps.kind) });
  if (applied.length === 0) return 'empty';
  return applied.length < known.length ? 'older' : 'newest';
}

const toElsewhere = (kind: MigrateDeps['kind']) =>
  kind === 'sqlite' ? 'another --state-directory' : 'another --database';

/** The names of the migrations that it has; none of a new one. */
async function listApplied(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const applied = await db
    .withTables<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('name')
    .execute();
  return applied.map(({ name }) => name);
}

/**
 * kysely calls a migration it does not know `corrupted`; it is a newer Trimtab's, and the person wants to be told so.
 */
function refuseNewer({
  applied,
  path,
  known,
  elsewhere,
}: {
  readonly applied: readonly string[];
  readonly path: string;
  readonly known: readonly string[];
  readonly elsewhere: string;
}): void {
  const unknown = applied.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Fault({
    code: 'store-newer',
    operation: 'open the database',
    subject: path,
    cause: `a newer Trimtab wrote it (it has the migration ${unknown})`,
    hint: `Install that version again, or start with an empty history in ${elsewhere}.`,
  });
}
