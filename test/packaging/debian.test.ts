import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { createDebianRoot, type DebianRoot } from '../support/packages/debian-root.ts';
import { makeQuickPackages } from '../support/packages/quick-packages.ts';

const IDS = ['trimtab.amd64.deb', 'trimtab-agent.amd64.deb', 'trimtab-agent-noarch.all.deb'] as const;

let folder: string;
let root: DebianRoot;
let packages: Readonly<Record<(typeof IDS)[number], string>>;

/** In the root, where the packages are in /tmp. */
const at = (id: (typeof IDS)[number]) => `/tmp/${basename(packages[id])}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-debian-'));
  packages = await makeQuickPackages({ ids: IDS, folder });
  root = await createDebianRoot({ folder: join(folder, 'root') });
  await runCommand('cp', [...Object.values(packages), join(root.folder, 'tmp')]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const everything = () =>
  root.run(
    'find / -xdev ! -path "/proc/*" ! -path "/sys/*" ! -path "/tmp/*" ! -path "/var/log/*" ! -path "/var/lib/dpkg/*" ! -path "/var/cache/*" | sort',
  );

it('both programs are installed, enabled, work, and are gone with their last trace when they are purged', async () => {
  const before = await everything();
  await root.run(`dpkg -i ${at('trimtab-agent.amd64.deb')} ${at('trimtab.amd64.deb')}`);
  expect(await root.run('trimtab-agent --version; trimtab --version')).toMatch(
    /^trimtab-agent \d+\.\d+\.\d+\ntrimtab \d+\.\d+\.\d+\n$/,
  );
  expect(await root.run('trimtab-agent probe --json')).toContain('"filesystems"');
  expect(await root.run('cd /etc/systemd/system && find . -name "trimtab*" | sort')).toBe(
    [
      './multi-user.target.wants/trimtab-agent.path',
      './multi-user.target.wants/trimtab-agent.service',
      './multi-user.target.wants/trimtab.service',
      './sockets.target.wants/trimtab-storage.socket',
      '',
    ].join('\n'),
  );
  expect(await root.run('stat -c "%U %G %a" /etc/trimtab/collector.toml')).toBe('root trimtab 640\n');

  await root.run('mkdir -p /var/lib/trimtab-agent /var/lib/trimtab; echo {} >/var/lib/trimtab-agent/joined.json');
  await root.run('dpkg --remove trimtab-agent trimtab');
  expect(await root.run('ls /var/lib/trimtab-agent /etc/trimtab; id -un trimtab')).toBe(
    '/etc/trimtab:\nagent.toml\ncollector.toml\n\n/var/lib/trimtab-agent:\njoined.json\ntrimtab\n',
  );
  await root.run('dpkg --purge trimtab-agent trimtab');
  const left = diff({ before, after: await everything() });
  // Backups that passwd(5) keeps of itself, and the lock of adduser.
  const others = /^[+-]\/(?:etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-|run\/adduser)$/;
  expect(left.filter((path) => !others.test(path))).toEqual([]);
});

function diff({ before, after }: { readonly before: string; readonly after: string }): readonly string[] {
  const [was, is] = [before, after].map((text) => new Set(text.split('\n')));
  return [
    ...[...(is ?? [])].filter((path) => was?.has(path) !== true).map((path) => `+${path}`),
    ...[...(was ?? [])].filter((path) => is?.has(path) !== true).map((path) => `-${path}`),
  ];
}

it('what its owner has disabled is not enabled by an upgrade, and settings stay', async () => {
  await root.run(`dpkg -i ${at('trimtab-agent.amd64.deb')}`);
  await root.run(
    'systemctl disable trimtab-agent.service 2>/dev/null; echo \'schedule = "0 3 * * 0"\' >/etc/trimtab/agent.toml',
  );
  await root.run(`dpkg -i --force-confold ${at('trimtab-agent.amd64.deb')}`);
  expect(await root.run('systemctl is-enabled trimtab-agent.service trimtab-agent.path || true')).toBe(
    'disabled\ndisabled\n',
  );
  expect(await root.run('cat /etc/trimtab/agent.toml')).toBe('schedule = "0 3 * * 0"\n');
  await root.run('dpkg --purge trimtab-agent');
});

it('the agent without a Node.js of its own takes the place of the other, and asks for nodejs', async () => {
  await root.run(`dpkg -i ${at('trimtab-agent.amd64.deb')}`);
  await expect(root.run(`dpkg -i ${at('trimtab-agent-noarch.all.deb')}`)).rejects.toThrow(
    /conflicting packages|depends on nodejs/,
  );
  await root.run('dpkg --purge trimtab-agent; dpkg --purge trimtab-agent-noarch 2>/dev/null || true');
});

it('lintian finds nothing but what is meant to be so', async () => {
  // With a program of some bytes in the place of Node.js, at which it would look for half a minute each.
  const small = await makeQuickPackages({ ids: IDS, folder: join(folder, 'small'), node: 'stub' });
  const { stdout } = spawnSync('lintian', Object.values(small), { encoding: 'utf8' });
  // These are not compressed.
  expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('uses-no-compression'))).toEqual([]);
});
