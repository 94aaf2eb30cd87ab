import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';

/** Nothing but a hang takes so long. */
const CEILING_MS = 600_000;

let directory: string;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-guest-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a guest for tests', () => {
  let guest: Guest;

  beforeAll(async () => {
    const raw = join(directory, 'data.raw');
    const qcow2 = join(directory, 'data.qcow2');
    await runCommand('qemu-img', ['create', '-q', '-f', 'raw', raw, '64M']);
    await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', qcow2, '64M']);
    guest = await startGuest({
      name: 'guest-test',
      directory: join(directory, 'guest'),
      disks: [
        { id: 'data0', path: raw, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'SCSI-SERIAL' },
        {
          id: 'data1',
          path: qcow2,
          format: 'qcow2',
          bus: 'virtio-blk',
          discard: 'ignore',
          fileDiscard: 'unmap',
          serial: 'BLK-SERIAL',
        },
      ],
      files: {
        '/bin/greet': { text: '#!/bin/sh\necho "hello $1"\n', mode: 0o755 },
        '/opt/raw': { hostPath: import.meta.filename },
      },
      onBoot: ['echo "parent $PPID"', 'greet boot'],
    });
  });

  afterAll(() => guest?.stop());

  it('has the identity it was given', async () => {
    expect((await guest.mustRun('cat /sys/class/dmi/id/product_uuid')).trim()).toBe(guest.uuid);
    expect((await guest.mustRun('cat /etc/machine-id')).trim()).toBe(guest.uuid.replaceAll('-', ''));
    expect((await guest.mustRun('hostname')).trim()).toBe('guest-test');
    expect((await guest.mustRun('cat /sys/block/vda/serial')).trim()).toBe('BLK-SERIAL');
    expect(await guest.mustRun('cat /sys/block/sda/device/vpd_pg80')).toContain('SCSI-SERIAL');
  });

  it('has the disks under test before its own', async () => {
    expect((await guest.mustRun('lsblk -dbno NAME,SIZE,RO /dev/sda /dev/vda')).trim().split('\n')).toEqual([
      expect.stringMatching(/^sda +67108864\s+0$/),
      expect.stringMatching(/^vda +67108864\s+0$/),
    ]);
  });

  it('finds its SCSI disks one after the other: the kernel itself looks for none', async () => {
    // It started with `manual`; the guest's init sets `sync` when all are found, for what is plugged in later.
    expect((await guest.mustRun('cat /sys/module/scsi_mod/parameters/scan')).trim()).toBe('sync');
  });

  it('gives exit code, stdout and stderr of a command', async () => {
    expect(await guest.run('echo out; echo err >&2; exit 7')).toEqual({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await expect(guest.mustRun('echo no >&2; exit 3')).rejects.toThrow(
      'In guest guest-test, exit code 3: echo no >&2; exit 3\nno',
    );
  });

  it('runs commands side by side', async () => {
    // Each waits for what the other makes, so neither could end if they ran one after the other.
    const wait = (file: string) => `for i in $(seq 600); do [ -e ${file} ] && exit 0; sleep 0.05; done; exit 1`;
    const results = await Promise.all([
      guest.run(`touch /tmp/first; ${wait('/tmp/second')}`),
      guest.run(`touch /tmp/second; ${wait('/tmp/first')}`),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });

  it('carries megabytes of output', async () => {
    const stdout = await guest.mustRun('seq 1 300000');
    expect(stdout.length).toBeGreaterThan(1.9e6);
    expect(stdout.endsWith('\n299999\n300000\n')).toBe(true);
  });

  it('waits for a command while the guest does something, and gives up one that waits for nothing', async () => {
    const given = { standstillMs: 6_000 };
    expect(await guest.mustRun('timeout 12 sh -c "while :; do :; done"; echo done', given)).toBe('done\n');
    await expect(guest.run('sleep 1000', given)).rejects.toThrow(
      /^waited in vain: guest guest-test finishes: sleep 1000: nothing moved for 6 s\nLast seen: \d+ bytes in .*console.log/,
    );
  });

  it('has the files it was given, and runs its boot lines as children of PID 1', async () => {
    expect(await guest.mustRun('/bin/greet you; head -n 1 /opt/raw')).toMatch(/^hello you\nimport /);
    expect((await guest.mustRun('sort /run/boot.log')).trim().split('\n')).toEqual(['hello boot', 'parent 1']);
  });

  it('prefers real tools to those of BusyBox', async () => {
    expect(await guest.mustRun('fstrim --version')).toContain('util-linux');
    expect((await guest.run('/bin/busybox fstrim --help')).stderr).toContain('BusyBox');
  });

  it.each(['ext4', 'xfs', 'btrfs'])('makes and mounts %s, whose module loads on demand', async (type) => {
    await guest.mustRun('truncate -s 400M /tmp/image');
    await guest.mustRun(`mkfs.${type} -q /tmp/image && mkdir -p /mnt/${type} && mount -o loop /tmp/image /mnt/${type}`);
    expect((await guest.mustRun(`findmnt -no FSTYPE /mnt/${type}`)).trim()).toBe(type);
    await guest.mustRun(`umount /mnt/${type} && rm /tmp/image`);
  });

  it('answers QMP, with discard set on the nodes as asked', async () => {
    const blocks = (await guest.qmp('query-block')) as { qdev: string; inserted?: { 'node-name': string } }[];
    expect(blocks.map(({ qdev, inserted }) => [qdev, inserted?.['node-name']])).toEqual(
      expect.arrayContaining([
        ['data0', 'data0-format'],
        ['/machine/peripheral/data1/virtio-backend', 'data1-format'],
      ]),
    );
    await expect(guest.qmp('no-such-command')).rejects.toThrow('CommandNotFound');
  });

  it('leaves the first QMP socket to the collector', async () => {
    const { connectQmp } = await import('../support/guest/qmp.ts');
    const collector = await connectQmp({ path: guest.qmpSocket, movement: guest.movement });
    expect(await collector.execute('query-name')).toEqual({ name: 'guest-test' });
    collector.close();
  });

  it('runs Node 24', async () => {
    expect(await guest.mustRun('node --version')).toMatch(/^v24\./);
  });

  it('reaches this host as 10.0.2.2', async () => {
    const server = createServer((socket) => socket.end('from the host\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await guest.mustRun(`nc 10.0.2.2 ${port} </dev/null`)).toBe('from the host\n');
    server.close();
  });

  it('fills a file with bytes that do not compress', async () => {
    await guest.mustRun(
      'mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p /mnt/data && mount -o noinit_itable /dev/sda /mnt/data',
    );
    await guest.mustRun('fill /mnt/data/a 8388608 && gzip -1 -c /mnt/data/a >/tmp/a.gz');
    expect(Number(await guest.mustRun('stat -c %s /mnt/data/a'))).toBe(8388608);
    expect(Number(await guest.mustRun('stat -c %s /tmp/a.gz'))).toBeGreaterThan(8388608);
    expect((await guest.run('fill /mnt/data/b 5')).exitCode).toBe(2);
  });

  it('is gone after stop, and says so to a command that was running', async () => {
    const running = expect(guest.run('sleep 60')).rejects.toThrow('guest-test is gone');
    await guest.stop();
    await running;
    expect(isRunning(guest.pid)).toBe(false);
    await expect(guest.run('true')).rejects.toThrow('guest-test is gone');
  });
});

describe('a guest that cannot start', () => {
  it("tells QEMU's complaint and leaves no process", async () => {
    const disk = {
      id: 'gone',
      path: join(directory, 'none.raw'),
      format: 'raw',
      bus: 'virtio-blk',
      discard: 'unmap',
    } as const;
    await expect(startGuest({ name: 'broken', directory: join(directory, 'broken'), disks: [disk] })).rejects.toThrow(
      /Guest broken did not start: QEMU ended with exit code 1\n.*Could not open '.*none.raw': No such file or directory/,
    );
  });

  it('refuses a directory too long for Unix sockets', async () => {
    const long = join(directory, 'x'.repeat(100));
    await expect(startGuest({ name: 'long', directory: long, disks: [] })).rejects.toThrow(
      'too long for a Unix socket',
    );
  });
});

it('leaves no QEMU when the process that started it is killed', async () => {
  const guestModule = new URL('../support/guest/guest.ts', import.meta.url).href;
  const options = { name: 'orphan', directory: join(directory, 'orphan'), disks: [], memoryMiB: 256 };
  const script = `const { startGuest } = await import(${JSON.stringify(guestModule)});
    console.log((await startGuest(${JSON.stringify(options)})).pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve, reject) => {
    parent.stdout.once('data', (text) => resolve(Number(text)));
    parent.once('exit', (code) => reject(new Error(`The parent ended with ${code}`)));
  });
  expect(isRunning(pid)).toBe(true);
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/^qemu-system-x86_64\0/);

  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: CEILING_MS }).toBe(false);
  expect(isRunning(pid)).toBe(false);
});

/** A zombie that waits for its parent to notice counts as gone. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return false;
  return !/\) Z /.test(readFileSync(path, 'utf8'));
}
