import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { layOutTree, readTree } from './kernel-tree.ts';
import { withTree } from './with-tree.ts';

async function obstaclesOf(name: string): Promise<Record<string, string | null>> {
  const tree = await layOutTree(await readTree(name));
  try {
    const { filesystems } = await takeInventory({
      files: tree.files,
      mapper: NO_DEVICE_MAPPER,
      now: 0,
      facts: null,
      hasFstrim: null,
    });
    return Object.fromEntries(
      filesystems.map(({ mount, obstacle }) => [
        mount,
        obstacle && [obstacle.code, obstacle.sentence, obstacle.hint ?? 'no remedy'].join(' | '),
      ]),
    );
  } finally {
    await tree.remove();
  }
}

describe('why a filesystem cannot be trimmed', () => {
  it('names the dm-crypt layer that refuses, not the volumes above it or the disks below', async () => {
    const obstacles = await obstaclesOf('luks-without-discards');
    expect(Object.keys(obstacles)).toEqual(['/', '/srv/data']);
    for (const obstacle of Object.values(obstacles)) {
      expect(obstacle).toContain('no-discard | dm-0 (/dev/mapper/vault) accepts no discards');
      expect(obstacle).toContain('cryptsetup refresh --allow-discards --persistent vault');
    }
    expect(await obstaclesOf('lvm-luks-md')).toEqual({ '/': null, '/srv/data': null });
  });

  it('names raid456 and its module parameter', async () => {
    const obstacle = (await obstaclesOf('md-raid5'))['/'];
    expect(obstacle).toContain('md127 (raid5)');
    expect(obstacle).toContain('raid456.devices_handle_discard_safely=Y');
  });

  it('tells the ways apart in which a disk of QEMU takes no discards', async () => {
    const obstacles = await obstaclesOf('qemu-buses');
    expect(obstacles['/scratch']).toMatch(/sdb accepts no discards.*provisioning_mode is full.*discard_granularity/);
    expect(obstacles['/refused']).toMatch(
      /sdc accepts no.*echo unmap > \/sys\/class\/scsi_disk\/0:0:2:0\/provisioning_mode/,
    );
    expect(obstacles['/old']).toMatch(/vda accepts no discards.*QEMU 4\.0/);
    expect(obstacles['/capped']).toMatch(/discard_max_bytes is 0.*echo 2147483136 > \/sys\/class\/block\/vdb\/queue/);
    expect([obstacles['/'], obstacles['/boot'], obstacles['/archive']]).toEqual([null, null, null]);
  });

  it('knows filesystems that have no disk, no FITRIM or no leave', async () => {
    const obstacles = await obstaclesOf('mounts');
    const codes = Object.entries(obstacles).map(([mount, obstacle]) => `${mount} ${obstacle?.split(' | ')[0]}`);
    expect(codes).toEqual([
      '/ undefined',
      '/backup read-only',
      '/hidden opted-out',
      '/media/locked read-only',
      '/mnt/gone not-a-block-device',
      '/mnt/host network',
      '/mnt/nfs network',
      '/mnt/secret not-a-block-device',
      '/snap/core22/1122 no-fitrim',
      '/tank/media no-fitrim',
      '/var/lib/docker/overlay2/3f/merged overlay',
    ]);
    expect(obstacles['/tank/media']).toContain('zpool trim tank');
    expect(obstacles['/var/lib/docker/overlay2/3f/merged']).toContain('ext4 at /,');
  });

  it('does not send anyone from a root overlay to itself', async () => {
    expect((await obstaclesOf('guest-layers'))['/']).toMatch(/^overlay \| .* \| Trim the layer underneath\.$/);
  });
});

describe('a mount that is read-only on a filesystem that is not', () => {
  const VDA = '/sys/devices/virtual/block/vda';
  const obstacleOf = ({ kind, superOptions }: { kind: string; superOptions: string }) =>
    withTree(
      {
        // As ProtectSystem=strict makes it for one unit alone (util-linux/util-linux#948): the last field is the
        // superblock's.
        files: {
          '/proc/self/mountinfo': `27 1 254:0 / / ro,relatime - ${kind} /dev/vda ${superOptions}`,
          [`${VDA}/ro`]: '0',
        },
        links: { '/sys/class/block/vda': VDA, '/sys/dev/block/254:0': VDA },
      },
      async (files) => {
        const query = { mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null };
        const inventory = await takeInventory({ files, ...query });
        return inventory.filesystems[0]?.obstacle ?? null;
      },
    );

  it.each(['ext4', 'xfs', 'btrfs', 'vfat'])('does not keep %s from being trimmed', async (kind) => {
    expect(await obstacleOf({ kind, superOptions: 'rw' })).toBeNull();
    expect(await obstacleOf({ kind, superOptions: 'ro' })).toMatchObject({
      code: 'read-only',
      sentence: 'It is mounted read-only.',
    });
  });

  it('keeps f2fs, which asks for a mount that can be written, and says what to do', async () => {
    expect(await obstacleOf({ kind: 'f2fs', superOptions: 'rw' })).toEqual({
      code: 'read-only',
      sentence:
        'Its filesystem can be written, and the mount that the agent sees cannot: f2fs trims only through one that can.',
      hint: 'If the agent’s unit protects it (ProtectSystem=, ReadOnlyPaths=), add to that unit: ReadWritePaths=/',
    });
  });
});
