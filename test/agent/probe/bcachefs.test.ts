import { expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

const DEVICES = ['sdc', 'sdd'] as const;

const devicesOf = (mountinfo: string) =>
  withTree(
    {
      files: {
        '/proc/self/mountinfo': mountinfo,
        '/proc/filesystems': '\tbcachefs',
        ...Object.fromEntries(DEVICES.map((name) => [`/sys/devices/virtual/block/${name}/size`, '2048'])),
      },
      links: Object.fromEntries(
        DEVICES.flatMap((name, index) => [
          [`/sys/block/${name}`, `/sys/devices/virtual/block/${name}`],
          [`/sys/class/block/${name}`, `/sys/devices/virtual/block/${name}`],
          [`/sys/dev/block/8:${32 + 16 * index}`, `/sys/devices/virtual/block/${name}`],
        ]),
      ),
      space: {
        '/mnt/test': { sizeBytes: 4096, usedBytes: 0 },
      },
    },
    async (files) =>
      (await takeInventory({ files, mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null })).filesystems.map(
        ({ mount, devices }) => [mount, devices],
      ),
  );

// The mount has the number of one member (8:32 is sdc), which is no reason to forget the others.
it('finds every device of a bcachefs, also where the mount has the number of one', async () => {
  expect(await devicesOf('861 79 8:32 / /mnt/test rw,relatime - bcachefs /dev/sdc:/dev/sdd rw')).toEqual([
    ['/mnt/test', ['sdc', 'sdd']],
  ]);
});

it('goes by the number where the source names no device', async () => {
  expect(await devicesOf('861 79 8:48 / /mnt/test rw,relatime - bcachefs UUID=1234 rw')).toEqual([
    ['/mnt/test', ['sdd']],
  ]);
});
