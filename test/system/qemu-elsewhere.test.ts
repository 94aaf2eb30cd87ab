import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReadImages } from '../../collector/src/conduct/survey/read-images.ts';
import { readOpenFiles } from '../../collector/src/qemu/open-files.ts';
import { addOpenedImages, findOpenedImages } from '../../collector/src/qemu/open-images.ts';
import { toHostDisk } from '../support/host-disk.ts';
import { imageOf } from '../support/image-read.ts';
import { files, images, readHost, useRealHost } from './real-host.ts';

// Real QEMUs in mount namespaces of their own, as in containers; needs root, qemu-system-x86 and qemu-utils.

const { run, at, start, afterwards } = useRealHost();
const MIB = 1024 * 1024;
const readImages = createReadImages({ files, images });

/** A QEMU whose `/…/storage` is the folder `real`, though the host has another one there. */
async function startElsewhere({
  drive,
  mount = `mount --bind ${at('real')} ${at('storage')}`,
}: {
  drive: string;
  mount?: string;
}): Promise<number> {
  const qemu = ['qemu-system-x86_64', '-accel', 'tcg', '-m', '64', '-S', '-nodefaults', '-display', 'none'];
  const script = `${mount} && cp -n ${at('seed')}/* ${at('storage')} 2>/dev/null; exec "$@"`;
  const shell = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'];
  const child = spawn('unshare', [...shell, ...qemu, '-name', 'inside', '-drive', drive]);
  let said = '';
  child.stderr.on('data', (data) => {
    said += String(data);
  });
  const ended = once(child, 'exit');
  afterwards(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  // Its PID file would be there before it opens the image.
  while (!(await writesBelow({ pid, folder: `${at('storage')}/` }))) {
    if (child.exitCode !== null) throw new Error(`QEMU ended: ${said}`);
    await delay(20);
  }
  return pid;
}

/** With `-drive`, QEMU opens an image for reading, and for writing once its device is made. */
async function writesBelow({ pid, folder }: { pid: number; folder: string }): Promise<boolean> {
  const open = await readOpenFiles(files, pid);
  return open?.some(({ name, isWritable }) => isWritable && name.startsWith(folder)) === true;
}

async function survey(pid: number) {
  const told = (await readHost()).domains.find((domain) => domain.pid === pid);
  if (told === undefined) throw new Error(`readHost did not find the process ${pid}`);
  const domain = addOpenedImages(told, await findOpenedImages({ files, domain: told }));
  const { readings } = await readImages(domain.disks);
  const states = readings.flatMap(({ state }) => state ?? []);
  return {
    state: states[0],
    findings: readings.flatMap(({ finding }) => finding ?? []),
    allocations: await images.read(states),
  };
}

function write(path: string, mib: number): void {
  run('dd', 'if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${mib}`, 'conv=notrunc,fsync', 'status=none');
}

function makeFolders(): void {
  for (const name of ['real', 'storage', 'seed']) mkdirSync(at(name));
}

describe('a QEMU in another mount namespace', () => {
  it('is measured by the file that it has open, and not by the host’s file of that name', async () => {
    makeFolders();
    for (const name of ['real', 'storage']) run('truncate', '-s', '64M', `${name}/data.img`);
    write(at('real/data.img'), 5);
    write(at('storage/data.img'), 20);
    const pid = await startElsewhere({ drive: `file=${at('storage/data.img')},format=raw,if=virtio` });
    const { state, allocations } = await survey(pid);
    const truth = statSync(at('real/data.img')).blocks * 512;
    expect(truth).toBeLessThan(6 * MIB);
    expect(state).toMatchObject({
      path: at('storage/data.img'),
      at: `/proc/${pid}/root${at('storage/data.img')}`,
      allocationBytes: truth,
      unmeasured: null,
    });
    expect(allocations.get(at('storage/data.img'))).toMatchObject({ allocationBytes: truth });
    // Nor is it said that somebody moved it.
    expect((await readHost()).findings.filter(({ subject }) => subject.startsWith('inside'))).toEqual([]);
    // The pool is the host's own.
    const here = await readImages([toHostDisk(at('real/data.img'))]);
    expect(state?.pool).toBe(here.readings[0]?.state?.pool);
  });

  it('follows a backing file in the root of QEMU', async () => {
    makeFolders();
    run('qemu-img', 'create', '-q', '-f', 'qcow2', 'real/base.qcow2', '64M');
    write(at('real/base.qcow2'), 3);
    run('qemu-img', 'create', '-q', '-f', 'qcow2', 'real/base.qcow2', '64M');
    run(
      'qemu-img',
      'create',
      '-q',
      '-u',
      '-f',
      'qcow2',
      '-b',
      at('storage/base.qcow2'),
      '-F',
      'qcow2',
      'real/top.qcow2',
      '64M',
    );
    const pid = await startElsewhere({ drive: `file=${at('storage/top.qcow2')},format=qcow2,if=virtio` });
    const { state } = await survey(pid);
    expect(state?.backingChain).toEqual([`/proc/${pid}/root${at('storage/base.qcow2')}`]);
    expect(state?.backingAllocationBytes).toBe(statSync(at('real/base.qcow2')).blocks * 512);
  });

  it('has its pool’s free space where only its namespace has the filesystem mounted', async () => {
    makeFolders();
    run('truncate', '-s', '16M', 'seed/data.img');
    write(at('seed/data.img'), 2);
    const pid = await startElsewhere({
      drive: `file=${at('storage/data.img')},format=raw,if=virtio`,
      mount: `mount -t tmpfs -o size=96m tmpfs ${at('storage')}`,
    });
    const { state, allocations } = await survey(pid);
    expect(existsSync(at('storage/data.img'))).toBe(false);
    expect(state).toMatchObject({ pool: null, unmeasured: null });
    expect(state?.allocationBytes).toBeGreaterThanOrEqual(2 * MIB);
    const free = allocations.get(at('storage/data.img'))?.poolFreeBytes ?? 0;
    expect(free).toBeGreaterThan(70 * MIB);
    expect(free).toBeLessThan(96 * MIB);
  });
});

describe('an image that is not where its name leads', () => {
  const plain = (name: string) => ['-name', 'inside', '-drive', `file=${at(name)},format=raw,if=virtio,id=d`];

  it('is measured by its descriptor when it was deleted, also with another file in its place', async () => {
    run('truncate', '-s', '64M', 'gone.raw');
    write(at('gone.raw'), 7);
    const truth = statSync(at('gone.raw')).blocks * 512;
    const { pid } = await start(plain('gone.raw'));
    unlinkSync(at('gone.raw'));
    expect((await survey(pid)).state).toMatchObject({ at: expect.stringMatching(/fd\/\d+$/), allocationBytes: truth });
    run('truncate', '-s', '64M', 'gone.raw');
    write(at('gone.raw'), 30);
    expect((await survey(pid)).state).toMatchObject({ at: expect.stringMatching(/fd\/\d+$/), allocationBytes: truth });
  });

  it('has no number where it was replaced by a copy', async () => {
    run('truncate', '-s', '64M', 'old.raw');
    write(at('old.raw'), 7);
    const { pid } = await start(plain('old.raw'));
    run('mv', at('old.raw'), at('away.raw'));
    copyFileSync(at('away.raw'), at('old.raw'));
    const { state, allocations } = await survey(pid);
    expect(state).toMatchObject({ allocationBytes: null, unmeasured: expect.stringContaining('it was replaced') });
    expect(allocations.get(at('old.raw'))?.allocationBytes).toBeNull();
  });

  it('has no number with snapshot=on, which writes to a file of its own', async () => {
    run('qemu-img', 'create', '-q', '-f', 'qcow2', 'base.qcow2', '64M');
    const { pid } = await start(['-drive', `file=${at('base.qcow2')},format=qcow2,if=virtio,snapshot=on`]);
    const disk = toHostDisk(at('base.qcow2'), { format: 'qcow2' });
    const opened = (await findOpenedImages({ files, domain: { pid, disks: [disk] } })).get(disk);
    expect(opened).toEqual({ kind: 'hidden', why: expect.stringContaining('snapshot=on') });
    const [read] = (await images.inspect([{ ...disk, ...(opened && { opened }) }])).reads;
    expect(imageOf(read)).toMatchObject({ allocationBytes: null, unmeasured: expect.stringContaining('snapshot=on') });
  });
});

describe('what is no image', () => {
  it('is refused, and nothing waits for it', async () => {
    run('mkfifo', 'fifo.raw');
    const startedAt = Date.now();
    expect(await files.readHead(at('fifo.raw'), 512)).toBeNull();
    expect(await files.readHead('/dev/zero', 512)).toBeNull();
    const [read] = (await images.inspect([toHostDisk(at('fifo.raw'))])).reads;
    expect(read).toMatchObject({ kind: 'refused', fault: { detail: { code: 'no-image' } } });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });
});
