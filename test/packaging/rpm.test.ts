import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { createDebianRoot, type DebianRoot } from '../support/packages/debian-root.ts';
import { makeQuickPackages } from '../support/packages/quick-packages.ts';

const IDS = ['trimtab.amd64.rpm', 'trimtab-agent.amd64.rpm', 'trimtab-agent-noarch.all.rpm'] as const;
const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let root: DebianRoot;
let packages: Readonly<Record<(typeof IDS)[number], string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-rpm-'));
  packages = await makeQuickPackages({ ids: IDS, folder });
  root = await createDebianRoot({ folder: join(folder, 'root') });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A root whose libraries rpm knows nothing of, since dpkg has brought them. */
const rpm = (...args: readonly string[]) => runCommand('rpm', ['--root', root.folder, '--nodeps', ...args]);

it('both programs are installed, owned, enabled and work; what is theirs stays when they are removed', async () => {
  await root.run('groupadd --system libvirt');
  await rpm('--install', packages['trimtab.amd64.rpm'], packages['trimtab-agent.amd64.rpm']);
  expect(await root.run('id -Gn trimtab; stat -c "%U %G %a" /etc/trimtab/collector.toml /usr/lib/trimtab/node')).toBe(
    'trimtab libvirt\nroot trimtab 640\nroot root 755\n',
  );
  expect(await root.run('systemctl is-enabled trimtab.service trimtab-storage.socket trimtab-agent.service')).toBe(
    'enabled\nenabled\nenabled\n',
  );
  expect(await root.run('trimtab-agent --version; trimtab --version')).toMatch(
    /^trimtab-agent \d+\.\d+\.\d+\ntrimtab \d+\.\d+\.\d+\n$/,
  );
  // Each file as the package says: owner, mode, checksum. The settings are their owner's to change.
  expect(await rpm('--verify', 'trimtab', 'trimtab-agent')).toBe('');

  await root.run('mkdir -p /var/lib/trimtab; echo \'listen = "192.0.2.1:7461"\' >/etc/trimtab/collector.toml');
  await rpm('--erase', 'trimtab', 'trimtab-agent');
  expect(await root.run('ls /usr/bin/trimtab* /usr/lib/trimtab 2>/dev/null || true')).toBe('');
  expect(await root.run('ls -d /var/lib/trimtab; cat /etc/trimtab/collector.toml.rpmsave; id -un trimtab')).toBe(
    '/var/lib/trimtab\nlisten = "192.0.2.1:7461"\ntrimtab\n',
  );
});

it('an rpm asks for the libraries of its Node.js', async () => {
  const asked = await runCommand('rpm', ['--query', '--requires', '--package', packages['trimtab-agent.amd64.rpm']]);
  const { program } = await import('../../packaging/inputs/node-program.ts').then(({ nodeFor }) =>
    nodeFor({ machine: 'amd64', say: () => {} }),
  );
  const symbols = await runCommand('objdump', ['-T', program]);
  const newest = (name: string): string =>
    [...symbols.matchAll(new RegExp(`\\(${name}_([\\d.]+)\\)`, 'g'))]
      .map(([, version = '']) => version)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1) ?? '';
  expect(asked).toContain(`libc.so.6(GLIBC_${newest('GLIBC')})`);
  expect(asked).toContain(`libstdc++.so.6(GLIBCXX_${newest('GLIBCXX')})`);
});

it('rpmlint finds nothing but what is meant to be so', async () => {
  const small = await makeQuickPackages({ ids: IDS, folder: join(folder, 'small'), node: 'stub' });
  const config = join(ROOT, 'packaging/rpmlint.toml');
  const { stdout } = spawnSync('rpmlint', ['--config', config, ...Object.values(small)], { encoding: 'utf8' });
  expect(stdout.split('\n').filter((line) => / [EW]: /.test(line))).toEqual([]);
});
