import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { smallDisk } from '../support/machine/small-disk.ts';
import { makeQuickPackages } from '../support/packages/quick-packages.ts';

const SHELLS = [['dash'], ['busybox', 'sh']] as const;

let folder: string;
/** The archive, unpacked. */
let archive: string;
/** Where it is installed: a guest that does not run. */
let root: string;
/** Programs that come before those of this machine. */
let bin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-install-'));
  const id = 'trimtab-agent.amd64.tar';
  const made = await makeQuickPackages({ ids: [id], folder, node: 'stub' });
  await runCommand('tar', ['-xf', made[id], '-C', folder]);
  archive = join(folder, (await readdir(folder)).find((name) => !name.endsWith('.xz')) ?? '');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  const fresh = await mkdtemp(join(folder, 'case-'));
  root = join(fresh, 'root');
  bin = join(fresh, 'bin');
  await mkdir(root);
  await mkdir(bin);
});

/** A program that says this, in the place of the one of this machine. */
async function pretend({ name, says }: { readonly name: string; readonly says: string }): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\necho '${says}'\n`);
  await chmod(join(bin, name), 0o755);
}

function run(shell: readonly string[], script: string, ...args: readonly string[]) {
  const [command = 'sh', ...first] = shell;
  return spawnSync(command, [...first, join(archive, script), ...args], {
    encoding: 'utf8',
    env: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` },
  });
}

const filesIn = async (place: string) =>
  (await runCommand('find', [place, '!', '-type', 'd']))
    .trim()
    .split('\n')
    .filter((line) => line !== '');

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('with %s', (_, shell) => {
  it('all is installed, brought up to date, and taken away again', async () => {
    await mkdir(join(root, 'usr/lib/systemd/system'), { recursive: true });
    await mkdir(join(root, 'usr/bin'), { recursive: true });
    await writeFile(join(root, 'usr/bin/systemctl'), '');
    const others = await filesIn(root);

    const installed = run(shell, 'install.sh', '--root', root);
    expect(installed.stderr).toBe('');
    expect(installed.status).toBe(0);
    expect(installed.stdout).toContain('The Trimtab agent is installed.');
    const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
    expect(await readdir(wants)).toEqual(['trimtab-agent.path', 'trimtab-agent.service']);
    const whole = await filesIn(root);

    await writeFile(join(root, 'etc/trimtab/agent.toml'), 'schedule = "0 3 * * 0"\n');
    await writeFile(join(root, 'usr/lib/trimtab-agent/of-before'), '');
    await writeFile(join(root, 'usr/lib/trimtab-agent/installed-files'), '/usr/lib/trimtab-agent/of-before\n');
    expect(run(shell, 'install.sh', '--root', root).status).toBe(0);
    expect(await filesIn(root)).toEqual(whole);
    expect(await readFile(join(root, 'etc/trimtab/agent.toml'), 'utf8')).toBe('schedule = "0 3 * * 0"\n');

    await mkdir(join(root, 'var/lib/trimtab-agent'), { recursive: true });
    await writeFile(join(root, 'var/lib/trimtab-agent/joined.json'), '{}');
    expect(run(shell, 'uninstall.sh', '--root', root).status).toBe(0);
    expect(
      (await filesIn(root)).filter((path) => !others.includes(path)).map((path) => path.slice(root.length)),
    ).toEqual(['/etc/trimtab/agent.toml', '/var/lib/trimtab-agent/joined.json']);
    expect(run(shell, 'install.sh', '--root', root).status).toBe(0);
    expect(run(shell, 'uninstall.sh', '--root', root, '--purge').status).toBe(0);
    expect(await filesIn(root)).toEqual(others);
  });

  it('one that was cut off is made whole, and says so', async () => {
    await mkdir(join(root, 'usr/lib/trimtab-agent'), { recursive: true });
    await writeFile(join(root, 'usr/lib/trimtab-agent/installing'), '');
    const { status, stderr } = run(shell, 'install.sh', '--root', root);
    expect(status).toBe(0);
    expect(stderr).toBe('install.sh: an installation before this one was cut off. It is made whole now.\n');
    expect(await readdir(join(root, 'usr/lib/trimtab-agent'))).not.toContain('installing');
  });

  it('on musl, and with a glibc that is too old, it says what to take', async () => {
    await pretend({ name: 'getconf', says: 'glibc 2.27' });
    // Without --root the machine itself is asked; nothing of it is changed, since this comes first.
    expect(run(shell, 'install.sh').stderr).toBe(
      'install.sh: the glibc of this system is 2.27, and Node.js needs 2.28 (Debian 10, Ubuntu 20.04, RHEL 8 or newer).\n',
    );
    await mkdir(join(root, 'lib'));
    await writeFile(join(root, 'lib/ld-musl-x86_64.so.1'), '');
    expect(run(shell, 'install.sh', '--root', root).stderr).toMatch(
      /^install\.sh: this system has musl, .*trimtab-agent-noarch/,
    );
  });
});

// Debian's BusyBox has programs of its own for these, which come before any on PATH.
it.each([
  ['another user', 'id', '1000', /^install\.sh: only root can install the agent: run it with sudo\.\n$/],
  [
    'another machine',
    'uname',
    'riscv64',
    /^install\.sh: this is the agent for amd64, and this machine is riscv64: take /,
  ],
  [
    'no space',
    'df',
    'Filesystem\n/dev/sda1 100 90 10 90% /',
    /^install\.sh: there is too little space below .*: it needs \d+ MiB, and 10 KiB are free\.\n$/,
  ],
])('with %s it says so in a sentence, and nothing is there', async (_case, name, says, expected) => {
  await pretend({ name, says });
  const { status, stderr } = run(['dash'], 'install.sh', '--root', root);
  expect(stderr).toMatch(expected);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(status).toBe(1);
  expect(await filesIn(root)).toEqual([]);
});

it('a system that is read-only is named', async () => {
  await using disk = await smallDisk({ path: join(root, 'disk'), bytes: 16 * 1024 ** 2 });
  await runCommand('mount', ['-o', 'remount,ro', disk.path]);
  const { status, stderr } = run(['dash'], 'install.sh', '--root', disk.path);
  expect(stderr).toMatch(/^install\.sh: \S+\/usr\/lib cannot be written: on a system that is read-only, install into /);
  expect(status).toBe(1);
});

it('a disk that gets full meanwhile leaves no half of a file, and the next run makes it whole', async () => {
  await using disk = await smallDisk({ path: join(root, 'disk'), bytes: 512 * 1024 });
  // It believes that there is room.
  await pretend({ name: 'df', says: 'Filesystem\n/dev/sda1 1000000 0 1000000 0% /' });
  const { status, stderr } = run(['dash'], 'install.sh', '--root', disk.path);
  expect(stderr).toContain('What is there now is incomplete: make room or mend it, and run this again.');
  expect(status).toBe(1);
  expect((await filesIn(disk.path)).filter((path) => path.endsWith('.trimtab-new'))).toEqual([]);
  await runCommand('mount', ['-o', 'remount,size=64M', disk.path]);
  const again = run(['dash'], 'install.sh', '--root', disk.path);
  expect(again.stderr).toContain('It is made whole now.');
  expect(again.status).toBe(0);
});
