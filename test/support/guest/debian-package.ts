import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { updateLists } from '../machine/packages.ts';
import { cachedProduct } from './cache.ts';

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
}

/** What `read` finds in apt's description of a package, as apt on this machine knows it. */
export async function askApt({
  name,
  read,
  say,
}: {
  readonly name: string;
  /** Null where the description does not say it. */
  readonly read: (description: string) => DebianPackage | null;
  readonly say: (line: string) => void;
}): Promise<DebianPackage> {
  if (aptLists().length === 0) await updateLists({ say });
  const find = async () => read(await show(['show', '--no-all-versions', name]));
  // apt-cache takes a second, so its answer is kept for as long as the package lists are the same.
  const answer = await cachedProduct({
    name: `package-${name}`,
    inputs: { name, lists: aptLists() },
    build: async (target) => {
      const found = (await find()) ?? (await updateLists({ say }).then(find));
      if (found === null) throw new Error(`apt knows no package ${name}. ${LISTS_REMEDY}`);
      await writeFile(target, JSON.stringify(found));
    },
  });
  return JSON.parse(await readFile(answer, 'utf8')) as DebianPackage;
}

const APT_LISTS = '/var/lib/apt/lists';
const LISTS_REMEDY = 'Is a Debian mirror in /etc/apt/sources.list? Then run: apt-get update';

function aptLists(): [string, number][] {
  const names = existsSync(APT_LISTS) ? readdirSync(APT_LISTS).filter((name) => /_Packages(\.\w+)?$/.test(name)) : [];
  return names.sort().map((name) => [name, statSync(join(APT_LISTS, name)).mtimeMs]);
}

/** apt-cache exits with 100 for a name it does not know. */
function show(args: readonly string[]): Promise<string> {
  return runCommand('apt-cache', args).catch(() => '');
}

/** Does `work` with a package that apt names; once more with newer lists, where these name another version. */
export async function withPackage<T>({
  find,
  work,
  say,
}: {
  readonly find: () => Promise<DebianPackage>;
  readonly work: (found: DebianPackage) => Promise<T>;
  readonly say: (line: string) => void;
}): Promise<T> {
  const found = await find();
  try {
    return await work(found);
  } catch (cause) {
    // A fresh machine's package lists can be weeks old, and name a version that has left the mirror.
    if (process.getuid?.() !== 0) throw cause;
    await updateLists({ say });
    const fresh = await find();
    if (fresh.version === found.version) throw cause;
    return work(fresh);
  }
}

/** Unpacks the package into a directory, without installing it. */
export async function unpackPackage({ name, version, target }: DebianPackage & { target: string }): Promise<void> {
  const directory = `${target}.download`;
  await mkdir(directory, { recursive: true });
  await runCommand('apt-get', ['download', '-q', `${name}=${version}`], { cwd: directory }).catch((cause) => {
    throw new Error(`Cannot download ${name} ${version}. The package lists may be stale. Run: apt-get update`, {
      cause,
    });
  });
  const archive = (await readdir(directory)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get download ${name} left no .deb in ${directory}`);
  await runCommand('dpkg-deb', ['-x', join(directory, archive), target]);
  await rm(directory, { recursive: true });
}
