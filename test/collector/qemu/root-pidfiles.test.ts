import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { formatDeviceNumber } from '../../../collector/src/model/device-number.ts';
import { createHypervisorProcesses } from '../../../collector/src/qemu/processes/hypervisor-processes.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { processesOf } from '../host/host-processes.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

// QEMUs of users that nobody named, which a hypervisor that runs as root has started (needs root).

const QEMU = 'qemu-system-x86_64';
const NOBODY = 65_534;

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
  tree.write({ path: '/etc/passwd', text: 'root:x:0:0::/root:/bin/sh\n' });
});
afterEach(() => tree.remove());

/** The line of the kernel, as of a process that holds this file locked. */
async function lockOf(path: string, { holder = 7, kind = 'WRITE' } = {}): Promise<string> {
  const status = await tree.files.status(path);
  const [major, minor] = formatDeviceNumber(status?.device ?? 0).split(':');
  const hex = (number: string | undefined) => Number(number).toString(16).padStart(2, '0');
  return `pos:\t5\nlock:\t1: POSIX  ADVISORY  ${kind} ${holder} ${hex(major)}:${hex(minor)}:${status?.inode} 0 EOF\n`;
}

/** A QEMU of nobody's, with a descriptor of which the kernel says this. */
function startQemu(fdinfo: string): void {
  tree.start({ pid: 7, argv: [QEMU, '-name', 'web'], userId: NOBODY });
  tree.write({ path: '/proc/7/fd/5', text: '' });
  tree.write({ path: '/proc/7/fdinfo/5', text: fdinfo });
}

const PIDFILE = '/run/libvirt/qemu/web.pid';
const placeOf = (path: string) => join(tree.root, path);
const trusted = async (processes = processesOf(tree.files)) => (await processes.read()).trusted.map(({ pid }) => pid);

describe('a QEMU of another user is a guest', () => {
  it.each([
    '/run/libvirt/qemu/one-42.pid',
    '/run/incus/web/qemu.pid',
    '/var/log/incus/web/qemu.pid',
    '/var/snap/lxd/common/lxd/logs/web/qemu.pid',
  ])('where it holds the pidfile %s, which only root can write', async (path) => {
    tree.write({ path, text: '7\n' });
    startQemu(await lockOf(path));
    expect(await trusted()).toEqual([7]);
  });

  it('also where the pidfile is locked some moments after it was met', async () => {
    const clock = createTestClock();
    const processes = createHypervisorProcesses({ files: tree.files, clock, users: ['root'], ownUserId: 0 });
    tree.write({
      path: '/proc/7/stat',
      text: `7 (q) S ${Array.from({ length: 48 }, () => 1).join(' ')}\n`,
    });
    startQemu('');
    expect(await trusted(processes)).toEqual([]);
    tree.write({ path: PIDFILE, text: '7\n' });
    startQemu(await lockOf(PIDFILE));
    await clock.advance(11_000);
    expect(await trusted(processes)).toEqual([7]);
  });
});

describe('nobody becomes a guest by a pidfile', () => {
  it.each<[string, () => Promise<void>]>([
    ['that names him and is not his: the number was another process’ before', async () => startQemu('')],
    [
      'that he has locked to read, as whoever may read it can',
      async () => startQemu(await lockOf(PIDFILE, { kind: 'READ' })),
    ],
    ['that another process holds', async () => startQemu(await lockOf(PIDFILE, { holder: 8 }))],
    [
      'of his own in its place, in a mount namespace of his own',
      async () => {
        tree.write({ path: '/tmp/web.pid', text: '7\n' });
        startQemu(await lockOf('/tmp/web.pid'));
      },
    ],
    [
      'that others may write',
      async () => {
        chmodSync(placeOf(PIDFILE), 0o666);
        startQemu(await lockOf(PIDFILE));
      },
    ],
    [
      'that is not root’s',
      async () => {
        chownSync(placeOf(PIDFILE), NOBODY, NOBODY);
        startQemu(await lockOf(PIDFILE));
      },
    ],
  ])('%s', async (_what, start) => {
    tree.write({ path: PIDFILE, text: '7\n' });
    await start();
    expect(await trusted()).toEqual([]);
  });

  it('that lies where no hypervisor keeps one', async () => {
    tree.write({ path: '/run/user/1000/libvirt/qemu/run/web.pid', text: '7\n' });
    startQemu(await lockOf('/run/user/1000/libvirt/qemu/run/web.pid'));
    expect(await trusted()).toEqual([]);
  });
});

describe('a real QEMU that root starts as nobody', () => {
  const folder = `/run/incus/trimtab-test-${process.pid}`;
  const read = createHostFiles();
  const own = () => createHypervisorProcesses({ files: read, clock: createTestClock(), users: [], ownUserId: 0 });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Its id, once it has written that. */
  async function withQemu(pidfile: string, use: (pid: number) => Promise<void>): Promise<void> {
    const words = ['-machine', 'none', '-S', '-display', 'none', '-monitor', 'none', '-serial', 'none'];
    const child = spawn(QEMU, [...words, '-daemonize', '-pidfile', pidfile, '-runas', 'nobody'], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    const pid = Number(readFileSync(pidfile, 'utf8'));
    try {
      await use(pid);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  }

  it('as Incus does is a guest, and is none with its pidfile anywhere else', async () => {
    mkdirSync(folder, { recursive: true });
    await withQemu(join(folder, 'qemu.pid'), async (pid) => expect((await own().find(pid))?.pid).toBe(pid));
    const elsewhere = mkdtempSync(join(tmpdir(), 'trimtab-pid-'));
    await withQemu(join(elsewhere, 'qemu.pid'), async (pid) => expect(await own().find(pid)).toBeNull());
    rmSync(elsewhere, { recursive: true });
  });
});
