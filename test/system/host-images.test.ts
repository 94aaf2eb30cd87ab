import { mkdirSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHost } from '../../collector/src/host/host-view.ts';
import { readImageState } from '../../collector/src/image/allocation.ts';
import { createImageReader } from '../../collector/src/image/image-facts.ts';
import { findPool } from '../../collector/src/pool/pool-of-image.ts';
import { readPools } from '../../collector/src/pool/pools.ts';
import { files, images, qmp, readGuest, useRealHost } from './real-host.ts';

// Real processes, real sockets, real images; needs root (loop devices), qemu-system-x86 and qemu-utils.

const { run, at, start, afterwards } = useRealHost();
const MIB = 1024 * 1024;

describe('images in use', () => {
  it('tells snapshots and the backing file under the lock of QEMU, and again after each change', async () => {
    run('qemu-img', 'create', '-f', 'qcow2', '-o', 'cluster_size=128k', 'base.qcow2', '64M');
    run('qemu-img', 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'top.qcow2');
    run('qemu-img', 'snapshot', '-c', 'first', 'top.qcow2');
    const qemu = await start(['-drive', 'file=top.qcow2,if=virtio,id=top']);
    const path = at('top.qcow2');
    const facts = {
      path,
      format: 'qcow2',
      capacityBytes: 64 * MIB,
      clusterBytes: 65_536,
      backingFile: at('base.qcow2'),
    };
    expect(await images.facts(path, null)).toEqual({ ...facts, internalSnapshots: 1 });
    const snapshot = { execute: 'blockdev-snapshot-internal-sync', arguments: { device: 'top', name: 'second' } };
    await qmp.ask(qemu.socketPath, [snapshot]);
    expect(await images.facts(path, 'qcow2')).toEqual({ ...facts, internalSnapshots: 2 });
  });

  it('notices a disk that a live snapshot moved to another image, and an image that was deleted', async () => {
    for (const name of ['moved.qcow2', 'gone.qcow2']) run('qemu-img', 'create', '-f', 'qcow2', name, '8M');
    const drives = ['moved', 'gone'].flatMap((id) => ['-drive', `file=${id}.qcow2,format=qcow2,if=virtio,id=${id}`]);
    const qemu = await start(['-name', 'shifty', ...drives]);
    expect((await readGuest(qemu)).findings).toEqual([]);
    const to = { device: 'moved', 'snapshot-file': at('overlay.qcow2'), format: 'qcow2' };
    await qmp.ask(qemu.socketPath, [{ execute: 'blockdev-snapshot-sync', arguments: to }]);
    unlinkSync(at('gone.qcow2'));
    const { findings } = await readGuest(qemu);
    expect(findings).toMatchObject([
      { subject: 'shifty, disk moved', sentence: expect.stringContaining('does not write to it now') },
      { subject: 'shifty, disk gone', sentence: expect.stringContaining('is not there') },
    ]);
    await expect(images.facts(at('gone.qcow2'), 'qcow2')).rejects.toMatchObject({ detail: { code: 'image-gone' } });
  });

  it('has one fault when qemu-img is not installed, with the remedy', async () => {
    run('qemu-img', 'create', '-f', 'qcow2', 'a.qcow2', '1M');
    const without = createImageReader({ files, commands: { run: async () => ({ found: false }) } });
    await expect(without.facts(at('a.qcow2'), null)).rejects.toMatchObject({
      detail: { code: 'no-qemu-img', hint: expect.stringContaining('apt install qemu-utils') },
    });
  });
});

describe('loop devices and pools', () => {
  it('has a real loop device as a disk of this host, until its backing file is deleted', async () => {
    run('truncate', '-s', '16M', 'disk.img');
    const device = run('losetup', '--find', '--show', at('disk.img'));
    afterwards(() => run('losetup', '--detach', device));
    const name = device.replace('/dev/', '');
    const before = await readHost({ files, staticGuests: [], now: 0 });
    const host = before.domains.find(({ source }) => source === 'loop-devices');
    expect(host).toMatchObject({ key: 'loop', name: 'this host', bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const disk = host?.disks.find(({ id }) => id === name);
    expect(disk).toMatchObject({ kernelName: name, image: at('disk.img'), format: 'raw', readOnly: false, nodes: [] });
    unlinkSync(at('disk.img'));
    const after = await readHost({ files, staticGuests: [], now: 0 });
    expect(after.findings).toContainEqual(expect.objectContaining({ subject: device }));
    expect(after.domains.flatMap(({ disks }) => disks).some(({ id }) => id === name)).toBe(false);
  });

  it('finds the pool of an image in a btrfs subvolume, whose device number no mount has', async () => {
    run('truncate', '-s', '256M', 'btrfs.img');
    run('mkfs.btrfs', '--quiet', 'btrfs.img');
    mkdirSync(at('mnt'));
    run('mount', '-o', 'loop', 'btrfs.img', 'mnt');
    afterwards(() => run('umount', 'mnt'));
    run('btrfs', 'subvolume', 'create', 'mnt/images');
    run('dd', 'if=/dev/urandom', 'of=mnt/images/a.raw', 'bs=1M', 'count=4', 'conv=fsync', 'status=none');
    run('truncate', '-s', '1G', 'mnt/images/a.raw');
    const path = at('mnt/images/a.raw');
    const pool = await findPool({ files, path });
    expect(pool).toMatchObject({ mountPoint: at('mnt'), kind: 'btrfs' });
    const state = await readImageState({ files, facts: await images.facts(path, 'raw'), pool: pool?.mountPoint ?? '' });
    expect(state).toMatchObject({ capacityBytes: 1024 * MIB, allocationBytes: 4 * MIB });
    expect(await readPools({ files, images: [state] })).toEqual([
      {
        key: at('mnt'),
        kind: 'btrfs',
        sizeBytes: 256 * MIB,
        freeBytes: expect.any(Number),
        capacityBytes: 1024 * MIB,
        allocationBytes: 4 * MIB,
        overcommit: 4,
      },
    ]);
  });
});
