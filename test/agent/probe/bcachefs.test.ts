import { expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

const BLOCK = '/sys/devices/virtual/block';
/** Two disks with two partitions each. */
const DEVICES = ['sdc', 'sdc/sdc1', 'sdc/sdc2', 'sdd', 'sdd/sdd1', 'sdd/sdd2'].map((place) => ({
  name: place.split('/').at(-1) ?? '',
  at: `${BLOCK}/${place}`,
}));

const inventoryOf = (mountinfo: string) =>
  withTree(
    {
      files: {
        '/proc/self/mountinfo': mountinfo,
        '/proc/filesystems': '\tbcachefs',
        ...Object.fromEntries(DEVICES.map(({ at }) => [`${at}/size`, '2048'])),
        ...Object.fromEntries(
          DEVICES.filter(({ name }) => /\d$/.test(name)).map(({ name, at }) => [`${at}/partition`, name.slice(-1)]),
        ),
      },
      links: Object.fromEntries(
        DEVICES.flatMap(({ name, at }, index) => [
          [`/sys/class/block/${name}`, at],
          [`/sys/dev/block/8:${32 + index + 13 * Number(name.startsWith('sdd'))}`, at],
          ...(/\d$/.test(name) ? [] : [[`/sys/block/${name}`, at]]),
        ]),
      ),
      space: { '/mnt/test': { sizeBytes: 4096, usedBytes: 0 } },
    },
    async (files) => {
      const query = { files, mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null };
      const { filesystems, disks } = await takeInventory(query);
      return { devices: filesystems.map((each) => each.devices), disks: disks.map(({ name }) => name) };
    },
  );

// As util-linux has captured one (tests/ts/lsblk/dumps/multi-devs-bcachefs). The mount has the number of one member
// (8:33 is sdc1), which is no reason to forget the others.
it('finds every device of a bcachefs, also where the mount has the number of one', async () => {
  expect(await inventoryOf('861 79 8:33 / /mnt/test rw,relatime - bcachefs /dev/sdc1:/dev/sdc2 rw')).toEqual({
    devices: [['sdc1', 'sdc2']],
    disks: ['sdc'],
  });
});

it('has the disks of all of them, so that the host can count and measure each', async () => {
  expect(await inventoryOf('861 79 8:33 / /mnt/test rw,relatime - bcachefs /dev/sdc1:/dev/sdd2 rw')).toEqual({
    devices: [['sdc1', 'sdd2']],
    disks: ['sdc', 'sdd'],
  });
});

it('goes by the number where the source names no device', async () => {
  expect(await inventoryOf('861 79 8:48 / /mnt/test rw,relatime - bcachefs UUID=1234 rw')).toEqual({
    devices: [['sdd']],
    disks: ['sdd'],
  });
});
