import { describe, expect, it } from 'vitest';
import { parseMounts } from '../../../collector/src/pool/mounts.ts';
import { findPool } from '../../../collector/src/pool/pool-of-image.ts';
import { readPools } from '../../../collector/src/pool/pools.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';

const GIB = 2 ** 30;

// Lines as Linux 6.x writes them; 0:35 is a btrfs with two subvolumes, 8:17 an xfs with a bind mount.
const MOUNTINFO = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw
40 22 0:35 /images /srv/images rw,noatime shared:9 - btrfs /dev/sdc rw,subvolid=256,subvol=/images
41 22 0:35 / /srv/btrfs rw,noatime - btrfs /dev/sdc rw,subvolid=5,subvol=/
42 22 8:17 /pool /mnt/bind rw - xfs /dev/sdb1 rw,attr2
43 22 8:17 / /mnt/big\\040disk rw shared:7 master:3 - xfs /dev/sdb1 rw,attr2
44 22 259:5 / /data rw - ext4 /dev/nvme0n1p5 rw
`;

/** major:minor as st_dev (gnu_dev_makedev). */
const packDevice = (major: number, minor: number) => (minor & 0xff) + major * 256 + Math.floor(minor / 256) * 2 ** 20;

/** What a host answers that cannot be had here: filesystems of many kinds, mounted. */
function createFiles(
  devices: Readonly<Record<string, number>>,
  links: Readonly<Record<string, string>> = {},
): HostFiles {
  return {
    readText: async (path) => (path === '/proc/self/mountinfo' ? MOUNTINFO : null),
    readHead: async () => null,
    list: async () => [],
    readLink: async (path) => links[path] ?? null,
    status: async (path) => {
      const device = devices[path];
      const size = { allocationBytes: 0, physicalBytes: 0, inode: 1, isBlockDevice: false };
      return device === undefined ? null : { ...size, device };
    },
    space: async (path) => (path === '/gone' ? null : { sizeBytes: 100 * GIB, freeBytes: 40 * GIB }),
  };
}

const keyOf = async (path: string, device: number, links?: Readonly<Record<string, string>>) =>
  (await findPool({ files: createFiles({ [path]: device }, links), path }))?.mountPoint ?? null;

describe('findPool', () => {
  it('goes by the device, so that a bind mount and a symbolic link are the same pool', async () => {
    expect(await keyOf('/var/a.raw', packDevice(8, 1))).toBe('/');
    expect(await keyOf('/mnt/bind/a.raw', packDevice(8, 17))).toBe('/mnt/big disk');
    expect(await keyOf('/mnt/big disk/a.raw', packDevice(8, 17))).toBe('/mnt/big disk');
    expect(await keyOf('/home/link/a.raw', packDevice(259, 5))).toBe('/data');
  });

  it('falls back to the mount above for the anonymous devices of btrfs: one pool for its subvolumes', async () => {
    const anonymous = packDevice(0, 36);
    expect(await keyOf('/srv/images/a.raw', anonymous)).toBe('/srv/btrfs');
    expect(await keyOf('/srv/btrfs/images/a.raw', anonymous)).toBe('/srv/btrfs');
    expect(await keyOf('/home/a.raw', anonymous, { '/home/a.raw': '../srv/images/b.raw' })).toBe('/srv/btrfs');
  });

  it('has no pool for an image that is gone', async () => {
    expect(await findPool({ files: createFiles({}), path: '/data/a.raw' })).toBeNull();
  });
});

describe('readPools', () => {
  const toImage = (path: string, pool: string, capacityBytes: number | null, allocationBytes: number) => ({
    path,
    pool,
    format: 'raw',
    capacityBytes,
    allocationBytes,
    physicalBytes: 0,
    internalSnapshots: 0,
    backingFile: null,
    clusterBytes: null,
  });

  it('adds up each image once, and overcommit over the size', async () => {
    const shared = toImage('/data/a', '/data', 150 * GIB, 10 * GIB);
    const images = [
      shared,
      shared,
      toImage('/data/b', '/data', 50 * GIB, 5 * GIB),
      toImage('/srv/x', '/srv/btrfs', 0, 0),
    ];
    expect(await readPools({ files: createFiles({}), images })).toEqual([
      {
        key: '/data',
        kind: 'ext4',
        sizeBytes: 100 * GIB,
        freeBytes: 40 * GIB,
        capacityBytes: 200 * GIB,
        allocationBytes: 15 * GIB,
        overcommit: 2,
      },
      expect.objectContaining({ key: '/srv/btrfs', kind: 'btrfs', overcommit: 0 }),
    ]);
  });

  it('leaves out a pool that does not answer', async () => {
    expect(await readPools({ files: createFiles({}), images: [toImage('/gone/a', '/gone', 1, 1)] })).toEqual([]);
  });
});

it('reads mount points with spaces and any number of optional fields', () => {
  expect(parseMounts(MOUNTINFO).map(({ mountPoint, kind }) => `${mountPoint} ${kind}`)).toContain('/mnt/big disk xfs');
  expect(parseMounts(MOUNTINFO)).toHaveLength(7);
});
