import { mkdirSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReadImages } from '../../collector/src/conduct/survey/read-images.ts';
import { findHoldings } from '../../collector/src/pool/held-images.ts';
import { findPool } from '../../collector/src/pool/pool-of-image.ts';
import { readPools } from '../../collector/src/pool/pools.ts';
import { toHostDisk } from '../support/host-disk.ts';
import { imageOf } from '../support/image-read.ts';
import { files, images, readGuest, readHost, useRealHost } from './real-host.ts';

// Real processes, real sockets, real images; needs root (loop devices), qemu-system-x86 and qemu-utils.

const { run, at, start, afterwards } = useRealHost();
const MIB = 1024 * 1024;
const readImages = createReadImages({ files, images });

async function inspect({ path, format }: { path: string; format: string | null }) {
  const [read] = (await images.inspect([toHostDisk(path, { format })])).reads;
  return imageOf(read);
}

describe('images in use', () => {
  it('tells snapshots and the backing file under the lock of QEMU, and again after each change', async () => {
    run('qemu-img', 'create', '-f', 'qcow2', '-o', 'cluster_size=128k', 'base.qcow2', '64M');
    run('qemu-img', 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'top.qcow2');
    run('qemu-img', 'snapshot', '-c', 'first', 'top.qcow2');
    const qemu = await start(['-drive', 'file=top.qcow2,if=virtio,id=top']);
    const path = at('top.qcow2');
    const facts = {
      path,
      kind: 'file',
      format: 'qcow2',
      capacityBytes: 64 * MIB,
      clusterBytes: 65_536,
      backingChain: [at('base.qcow2')],
      compat: '1.1',
      extendedL2: false,
      unmeasured: null,
    };
    expect(await inspect({ path, format: null })).toMatchObject({ ...facts, internalSnapshots: 1 });
    await qemu.execute('blockdev-snapshot-internal-sync', { device: 'top', name: 'second' });
    expect(await inspect({ path, format: 'qcow2' })).toMatchObject({ ...facts, internalSnapshots: 2 });
  });

  it.each([
    'compat=0.10',
    'compat=1.1',
    'cluster_size=512',
    'cluster_size=2M',
    'extended_l2=on,cluster_size=128k',
    'preallocation=full',
  ])('reads the header of %s as qemu-img does', async (options) => {
    run('qemu-img', 'create', '-f', 'raw', 'base.raw', '48M');
    run('qemu-img', 'create', '-f', 'qcow2', '-o', options, 'a.qcow2', '48M');
    if (!options.startsWith('preallocation')) run('qemu-img', 'rebase', '-u', '-b', 'base.raw', '-F', 'raw', 'a.qcow2');
    run('qemu-img', 'snapshot', '-c', 'one', 'a.qcow2');
    const said = JSON.parse(run('qemu-img', 'info', '--output=json', 'a.qcow2'));
    const data = said['format-specific'].data;
    expect(await inspect({ path: at('a.qcow2'), format: 'qcow2' })).toMatchObject({
      capacityBytes: said['virtual-size'],
      clusterBytes: said['cluster-size'],
      internalSnapshots: said.snapshots.length,
      compat: data.compat,
      extendedL2: data['extended-l2'] ?? false,
      backingChain: said['full-backing-filename'] === undefined ? [] : [at('base.raw')],
      allocationBytes: said['actual-size'],
    });
  });

  it('notices a disk that a live snapshot moved to another image, and an image that was deleted', async () => {
    for (const name of ['moved.qcow2', 'gone.qcow2']) run('qemu-img', 'create', '-f', 'qcow2', name, '8M');
    const drives = ['moved', 'gone'].flatMap((id) => ['-drive', `file=${id}.qcow2,format=qcow2,if=virtio,id=${id}`]);
    const qemu = await start(['-name', 'shifty', ...drives]);
    expect((await readGuest(qemu)).findings).toEqual([]);
    const to = { device: 'moved', 'snapshot-file': at('overlay.qcow2'), format: 'qcow2' };
    await qemu.execute('blockdev-snapshot-sync', to);
    unlinkSync(at('gone.qcow2'));
    const { findings } = await readGuest(qemu);
    expect(findings).toMatchObject([
      { subject: 'shifty, disk moved', sentence: expect.stringContaining('open for reading only') },
      { subject: 'shifty, disk gone', sentence: expect.stringContaining('was deleted while QEMU has it open') },
    ]);
    await expect(inspect({ path: at('gone.qcow2'), format: 'qcow2' })).rejects.toMatchObject({
      detail: { code: 'image-gone' },
    });
  });
});

describe('loop devices and pools', () => {
  it('has a real loop device as a disk of this host, until its backing file is deleted', async () => {
    run('truncate', '-s', '16M', 'disk.img');
    const device = run('losetup', '--find', '--show', at('disk.img'));
    afterwards(() => run('losetup', '--detach', device));
    const name = device.replace('/dev/', '');
    const before = await readHost();
    const host = before.domains.find(({ source }) => source === 'loop-devices');
    expect(host).toMatchObject({ key: 'loop', name: 'this host', bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const disk = host?.disks.find(({ id }) => id === name);
    expect(disk).toMatchObject({ kernelName: name, image: at('disk.img'), format: 'raw', readOnly: false, nodes: [] });
    unlinkSync(at('disk.img'));
    const after = await readHost();
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
    const [seen] = (await readImages([toHostDisk(path, { format: 'raw' })])).readings;
    expect(seen?.state).toMatchObject({ capacityBytes: 1024 * MIB, allocationBytes: 4 * MIB, pool: at('mnt') });
    const holdings = await findHoldings({ files, images: seen?.state ? [seen.state] : [] });
    expect(await readPools({ files, holdings, thinPools: [] })).toEqual([
      {
        key: at('mnt'),
        kind: 'btrfs',
        sizeBytes: 256 * MIB,
        freeBytes: expect.any(Number),
        capacityBytes: 1024 * MIB,
        allocationBytes: 4 * MIB,
        overcommit: 4,
        metadata: null,
        chunkBytes: null,
        discards: null,
        whenFull: 'ENOSPC: QEMU pauses the guest',
        nfsVersion: null,
        reflink: true,
      },
    ]);
  });
});
