import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { updateLists } from '../machine/packages.ts';
import { cachedProduct } from './cache.ts';

/** Debian's kernel for clouds boots in half the time, and has no AHCI: only a SATA disk needs the full one. */
export type KernelFlavour = 'cloud-amd64' | 'amd64';

export interface KernelPackage {
  readonly name: string;
  readonly version: string;
}

/** The concrete package that a flavour means today, as apt on this machine knows it. */
export async function findKernelPackage({
  flavour,
  say,
}: {
  flavour: KernelFlavour;
  say: (line: string) => void;
}): Promise<KernelPackage> {
  const meta = `linux-image-${flavour}`;
  if (aptLists().length === 0) await updateLists({ say });
  // apt-cache takes a second, so its answer is kept for as long as the package lists are the same.
  const answer = await cachedProduct({
    name: `kernel-name-${flavour}`,
    inputs: { meta, lists: aptLists() },
    build: async (target) => {
      const found = (await findPackage(meta)) ?? (await updateLists({ say }).then(() => findPackage(meta)));
      if (found === null) throw new Error(`apt knows no package ${meta}. ${LISTS_REMEDY}`);
      await writeFile(target, JSON.stringify(found));
    },
  });
  return JSON.parse(await readFile(answer, 'utf8')) as KernelPackage;
}

const APT_LISTS = '/var/lib/apt/lists';
const LISTS_REMEDY = 'Is a Debian mirror in /etc/apt/sources.list? Then run: apt-get update';

function aptLists(): [string, number][] {
  const names = existsSync(APT_LISTS) ? readdirSync(APT_LISTS).filter((name) => /_Packages(\.\w+)?$/.test(name)) : [];
  return names.sort().map((name) => [name, statSync(join(APT_LISTS, name)).mtimeMs]);
}

/** Debian's meta package depends on exactly one kernel package, as `linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)`. */
async function findPackage(meta: string): Promise<KernelPackage | null> {
  const description = await show(['show', '--no-all-versions', meta]);
  const [, name, version] = /^Depends: (linux-image-\d[^\s,]+) \(= ([^)]+)\)/m.exec(description) ?? [];
  return name && version ? { name, version } : null;
}

/** apt-cache exits with 100 for a name it does not know. */
function show(args: readonly string[]): Promise<string> {
  return runCommand('apt-cache', args).catch(() => '');
}

/** Unpacks the package into a directory, without installing it. */
export async function unpackKernelPackage({
  name,
  version,
  target,
}: KernelPackage & { target: string }): Promise<void> {
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
