import { expect, it } from 'vitest';
import { findPoolDevices } from '../../../collector/src/pool/pool-devices.ts';

const MOUNTINFO = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 /images /srv/images rw - btrfs /dev/sdc rw,subvolid=256
42 22 253:4 / /data rw - xfs /dev/mapper/vg0-data rw
45 22 0:50 / /nfs rw,relatime - nfs4 filer:/images rw,vers=4.1
47 22 0:60 / /tank rw - zfs tank/images rw,xattr
48 22 7:3 / /loop rw - ext4 /dev/loop3 rw
49 22 8:1 / /data rw - ext4 /dev/sda1 rw
`;

const LINKS: Readonly<Record<string, string>> = {
  '/dev/disk/by-uuid/1111-aaaa': '../../sda1',
  '/dev/disk/by-uuid/2222-bbbb': '../../dm-4',
  '/dev/disk/by-uuid/3333-cccc': '../../sdd',
  '/dev/mapper/vg0-data': '../dm-4',
};
const BTRFS_UUID = '3333cccc-0000-4000-8000-000000000000';
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '/dev/disk/by-uuid': ['1111-aaaa', '2222-bbbb', '3333-cccc'],
  '/sys/fs/btrfs': [BTRFS_UUID, 'features'],
  [`/sys/fs/btrfs/${BTRFS_UUID}/devices`]: ['sdc', 'sdd'],
};

const find = (mountinfo: string, keys: readonly string[]) =>
  findPoolDevices({
    files: {
      readText: async () => mountinfo,
      readLink: async (path) => LINKS[path] ?? null,
      list: async (path) => FOLDERS[path] ?? [],
    },
    keys,
    thinPools: [
      {
        key: 'vg0/pool',
        uuid: 'Jyu0nH-thin',
        mapperName: 'vg0-pool-tpool',
        sizeBytes: 1,
        usedBytes: 0,
        metadata: null,
        chunkBytes: 1,
        discards: null,
        whenFull: null,
      },
    ],
  });

it('names what outlives a boot: UUIDs, and where there is none what was mounted', async () => {
  const keys = ['/', '/srv/images', '/nfs', '/tank', '/loop', 'vg0/pool', '/gone'];
  expect([...(await find(MOUNTINFO, keys))]).toEqual([
    ['/', '1111-aaaa'],
    // udev links a btrfs of several devices to one of them.
    ['/srv/images', BTRFS_UUID],
    ['/nfs', 'filer:/images'],
    ['/tank', 'tank/images'],
    ['/loop', '/dev/loop3'],
    ['vg0/pool', 'Jyu0nH-thin'],
    ['/gone', ''],
  ]);
});

it('another filesystem that is mounted over it is another device', async () => {
  const before = MOUNTINFO.replace(/^49 .*\n/m, '');
  expect([(await find(before, ['/data'])).get('/data'), (await find(MOUNTINFO, ['/data'])).get('/data')]).toEqual([
    '2222-bbbb',
    '1111-aaaa',
  ]);
});
