import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

const BLOCK = '/sys/devices/virtual/block';
const device = ({ name, number }: { name: string; number: string }) => ({
  [`/sys/class/block/${name}`]: `${BLOCK}/${name}`,
  [`/sys/dev/block/${number}`]: `${BLOCK}/${name}`,
});

const MOUNTS = [
  '20 1 8:0 / / rw - ext4 /dev/sda rw',
  '21 20 8:16 / /mnt/outer rw - ext4 /dev/sdb rw',
  '22 21 0:40 / /mnt/outer/memory rw - tmpfs tmpfs rw',
  '23 20 8:16 /sub /bound rw - ext4 /dev/sdb rw',
  '24 20 7:0 / /mnt/inner rw - ext4 /dev/loop0 rw',
];

/** Where the file of loop0 lies. */
async function holderOf(backingFile: string) {
  const tree = {
    files: {
      '/proc/self/mountinfo': MOUNTS,
      [`${BLOCK}/loop0/size`]: '614400',
      [`${BLOCK}/loop0/loop/backing_file`]: backingFile,
    },
    links: {
      ...device({ name: 'sda', number: '8:0' }),
      ...device({ name: 'sdb', number: '8:16' }),
      ...device({ name: 'loop0', number: '7:0' }),
    },
  };
  const query = { mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null };
  const { disks } = await withTree(tree, (files) => takeInventory({ files, ...query }));
  return disks.find(({ name }) => name === 'loop0')?.backingMount;
}

describe('the filesystem that holds the file of a loop device', () => {
  it.each([
    ['/mnt/outer/inner.img', '/mnt/outer'],
    ['/mnt/outerside/inner.img', '/'],
    ['/inner.img', '/'],
    ['/mnt/outer/gone.img (deleted)', '/mnt/outer'],
    // By the mount that speaks for the filesystem.
    ['/bound/inner.img', '/mnt/outer'],
    // In memory: no filesystem that could be trimmed.
    ['/mnt/outer/memory/inner.img', null],
    ['not a path', null],
  ])('%s: %s', async (file, mount) => {
    expect(await holderOf(file)).toBe(mount);
  });
});
