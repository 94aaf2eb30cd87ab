import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages } from '../machine/packages.ts';

/** Where Debian has them, a folder for each version. */
const PROGRAMS = '/usr/lib/postgresql';
const OF_THIS_DEBIAN = { name: 'postgresql-15', command: `${PROGRAMS}/15/bin/postgres` };
/** What an installation does besides (pg_createcluster(1)). */
const CLUSTERS = '/etc/postgresql-common/createcluster.conf';

/** The folder of the programs of the newest version; null where there are none. */
export function findPostgres(): string | null {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).filter((name) => /^\d+$/.test(name)) : [];
  const [newest] = versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(PROGRAMS, version, 'bin'))
    .filter((folder) => existsSync(join(folder, 'initdb')));
  return newest ?? null;
}

/**
 * Installs a server, and starts none: by itself the package makes a database of this machine and has it run from then
 * on.
 */
export async function installPostgres({ say }: { readonly say: (line: string) => void }): Promise<void> {
  if (findPostgres() !== null) return;
  await ensurePackages({ packages: [{ name: 'postgresql-common', command: 'pg_createcluster' }], say });
  const settings = await readFile(CLUSTERS, 'utf8');
  await writeFile(CLUSTERS, settings.replace(/^#?\s*create_main_cluster\s*=.*$/m, 'create_main_cluster = false'));
  await ensurePackages({ packages: [OF_THIS_DEBIAN], say });
}
