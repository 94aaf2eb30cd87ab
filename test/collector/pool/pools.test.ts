import { describe, expect, it } from 'vitest';
import { readVolumes } from '../../../collector/src/image/lvm.ts';
import type { ImageState } from '../../../collector/src/model/image.ts';
import { toLagMs } from '../../../collector/src/pool/filesystem-kinds.ts';
import { findHoldings } from '../../../collector/src/pool/held-images.ts';
import { parseMounts } from '../../../collector/src/pool/mounts.ts';
import { findPool } from '../../../collector/src/pool/pool-of-image.ts';
import { readPools } from '../../../collector/src/pool/pools.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';
import { answerWith, fixture, NO_PROCESSES } from '../image/audited.ts';

const GIB = 2 ** 30;

// Lines as Linux 6.x writes them; 0:35 is a btrfs with two subvolumes, 8:17 an xfs with a bind mount.
const MOUNTINFO = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw
40 22 0:35 /images /srv/images rw,noatime shared:9 - btrfs /dev/sdc rw,subvolid=256,subvol=/images
41 22 0:35 / /srv/btrfs rw,noatime - btrfs /dev/sdc rw,subvolid=5,subvol=/
42 22 8:17 /pool /mnt/bind rw - xfs /dev/sdb1 rw,attr2
43 22 8:17 / /mnt/big\\040disk rw shared:7 master:3 - xfs /dev/sdb1 rw,attr2
44 22 259:5 / /data rw - ext4 /dev/nvme0n1p5 rw
45 22 0:50 / /nfs rw,relatime shared:20 - nfs4 filer:/images rw,vers=4.1,rsize=1048576,addr=10.0.0.9
46 22 0:51 / /nfs3 rw,relatime shared:21 - nfs filer:/old rw,vers=3,rsize=1048576,addr=10.0.0.9
`;

/** major:minor as st_dev (gnu_dev_makedev). */
const packDevice = ({ major, minor }: { major: number; minor: number }) =>
  (minor & 0xff) + major * 256 + Math.floor(minor / 256) * 2 ** 20;

interface File {
  readonly device: number;
  readonly inode?: number;
  readonly allocationBytes?: number;
}

/** What a host answers that cannot be had here: filesystems of many kinds, mounted. */
function createFiles(found: Readonly<Record<string, File>>, links: Readonly<Record<string, string>> = {}): HostFiles {
  const status = async (path: string) => {
    const file = found[path];
    const about = { physicalBytes: 0, isBlockDevice: false, isFile: true, isRootsAlone: true, deviceNumber: null };
    return file === undefined ? null : { ...about, allocationBytes: 0, inode: 1, ...file };
  };
  return {
    readText: async (path) => (path === '/proc/self/mountinfo' ? MOUNTINFO : null),
    readHead: async () => null,
    readAt: async () => null,
    list: async () => [],
    listUpTo: async () => [],
    readLink: async (path) => links[path] ?? null,
    status,
    statuses: (paths) => Promise.all(paths.map(status)),
    space: async (path) => (path === '/gone' ? null : { sizeBytes: 100 * GIB, freeBytes: 40 * GIB }),
    silentPlace: () => null,
    kernel: NO_PROCESSES,
  };
}

const keyOf = async (path: string, device: number, links?: Readonly<Record<string, string>>) =>
  (await findPool({ files: createFiles({ [path]: { device } }, links), path }))?.mountPoint ?? null;

describe('findPool', () => {
  it('goes by the device, so that a bind mount and a symbolic link are the same pool', async () => {
    expect(await keyOf('/var/a.raw', packDevice({ major: 8, minor: 1 }))).toBe('/');
    expect(await keyOf('/mnt/bind/a.raw', packDevice({ major: 8, minor: 17 }))).toBe('/mnt/big disk');
    expect(await keyOf('/mnt/big disk/a.raw', packDevice({ major: 8, minor: 17 }))).toBe('/mnt/big disk');
    expect(await keyOf('/home/link/a.raw', packDevice({ major: 259, minor: 5 }))).toBe('/data');
  });

  it('falls back to the mount above for the anonymous devices of btrfs: one pool for its subvolumes', async () => {
    const anonymous = packDevice({ major: 0, minor: 36 });
    expect(await keyOf('/srv/images/a.raw', anonymous)).toBe('/srv/btrfs');
    expect(await keyOf('/srv/btrfs/images/a.raw', anonymous)).toBe('/srv/btrfs');
    expect(await keyOf('/home/a.raw', anonymous, { '/home/a.raw': '../srv/images/b.raw' })).toBe('/srv/btrfs');
  });

  it('has no pool for an image that is gone', async () => {
    expect(await findPool({ files: createFiles({}), path: '/data/a.raw' })).toBeNull();
  });
});

function toImage({
  path,
  pool,
  rest = {},
}: {
  path: string;
  pool: string | null;
  rest?: Partial<ImageState>;
}): ImageState {
  return {
    path,
    at: path,
    identity: null,
    pool,
    kind: 'file',
    format: 'raw',
    capacityBytes: 50 * GIB,
    allocationBytes: 5 * GIB,
    physicalBytes: 0,
    internalSnapshots: 0,
    snapshotNames: [],
    backingChain: [],
    backingAllocationBytes: null,
    backingUsers: 0,
    sharedWith: [],
    clusterBytes: null,
    compat: null,
    extendedL2: false,
    unmeasured: null,
    lagMs: 0,
    ...rest,
  };
}

async function read(images: readonly ImageState[], found: Parameters<typeof createFiles>[0] = {}) {
  const files = createFiles(found);
  return readPools({ files, holdings: await findHoldings({ files, images }), thinPools: [] });
}

describe('a host filesystem as a pool', () => {
  it('adds up what its images were promised and what they take, and overcommit over the size', async () => {
    const images = [
      toImage({ path: '/data/a', pool: '/data', rest: { capacityBytes: 150 * GIB } }),
      toImage({ path: '/data/b', pool: '/data' }),
    ];
    expect(await read(images)).toEqual([
      {
        key: '/data',
        kind: 'ext4',
        sizeBytes: 100 * GIB,
        freeBytes: 40 * GIB,
        capacityBytes: 200 * GIB,
        allocationBytes: 10 * GIB,
        overcommit: 2,
        metadata: null,
        chunkBytes: null,
        discards: null,
        whenFull: 'ENOSPC: QEMU pauses the guest',
        nfsVersion: null,
        reflink: false,
      },
    ]);
  });

  it('has its NFS version, and says of copies only what it knows', async () => {
    const images = ['/nfs', '/nfs3', '/srv/btrfs', '/mnt/big disk'].map((pool) => toImage({ path: `${pool}/a`, pool }));
    expect((await read(images)).map(({ kind, nfsVersion, reflink }) => [kind, nfsVersion, reflink])).toEqual([
      ['xfs', null, null],
      ['nfs4', '4.1', null],
      ['nfs', '3', null],
      ['btrfs', null, true],
    ]);
  });

  it('is left out when it does not answer', async () => {
    expect(await read([toImage({ path: '/gone/a', pool: '/gone' })])).toEqual([]);
  });

  it('and an image without a pool is in none', async () => {
    expect(await read([toImage({ path: '/dev/vg/thick', pool: null, rest: { allocationBytes: null } })])).toEqual([]);
  });
});

describe('what is shared counts once', () => {
  const device = packDevice({ major: 259, minor: 5 });

  it('an image of two guests, by whatever path', async () => {
    const found = {
      '/data/a': { device, inode: 7 },
      '/data/link-to-a': { device, inode: 7 },
      '/data/b': { device, inode: 8 },
    };
    const images = ['/data/a', '/data/a', '/data/link-to-a', '/data/b'].map((path) => toImage({ path, pool: '/data' }));
    expect(await read(images, found)).toMatchObject([{ capacityBytes: 100 * GIB, allocationBytes: 10 * GIB }]);
  });

  it('a backing file of three overlays: what it takes once, and no capacity', async () => {
    const found = {
      '/data/base': { device, inode: 1, allocationBytes: 20 * GIB },
      ...Object.fromEntries([2, 3, 4].map((inode) => [`/data/${inode}`, { device, inode }])),
    };
    const images = [2, 3, 4].map((n) =>
      toImage({ path: `/data/${n}`, pool: '/data', rest: { backingChain: ['/data/base'] } }),
    );
    expect(await read(images, found)).toMatchObject([{ capacityBytes: 150 * GIB, allocationBytes: 35 * GIB }]);
  });

  it('a backing file that is a guest’s own disk too counts as that', async () => {
    const found = {
      '/data/base': { device, inode: 1, allocationBytes: 5 * GIB },
      '/data/top': { device, inode: 2 },
    };
    const images = [
      toImage({ path: '/data/base', pool: '/data' }),
      toImage({ path: '/data/top', pool: '/data', rest: { backingChain: ['/data/base'] } }),
    ];
    expect(await read(images, found)).toMatchObject([{ capacityBytes: 100 * GIB, allocationBytes: 10 * GIB }]);
  });

  it('a backing file in another pool counts there, and a pool of backing files only is not shown', async () => {
    const found = {
      '/srv/base': { device: packDevice({ major: 8, minor: 1 }), inode: 1, allocationBytes: 5 * GIB },
      '/data/top': { device, inode: 2 },
    };
    const top = toImage({ path: '/data/top', pool: '/data', rest: { backingChain: ['/srv/base'] } });
    expect(await read([top], found)).toMatchObject([{ key: '/data', allocationBytes: 5 * GIB }]);
    const pools = await read([top, toImage({ path: '/x', pool: '/', rest: { allocationBytes: GIB } })], {
      ...found,
      '/x': { device: 1, inode: 9 },
    });
    expect(pools).toMatchObject([{ key: '/', allocationBytes: 6 * GIB, capacityBytes: 50 * GIB }, { key: '/data' }]);
  });
});

it('thin pools are as LVM reports them', async () => {
  const { commands } = answerWith({ lvs: fixture('lvm/lvs.json'), dmsetup: fixture('lvm/dmsetup-status.txt') });
  const { thinPools } = await readVolumes({ commands });
  const images = ['vg-0/pool-a', 'vg-0/poolb', 'vg-0/poolc'].map((pool) =>
    toImage({ path: `/dev/${pool}`, pool, rest: { kind: 'thin-volume' } }),
  );
  const files = createFiles({});
  const pools = await readPools({ files, holdings: await findHoldings({ files, images }), thinPools });
  expect(
    pools.map(({ key, kind, discards, whenFull, chunkBytes }) => [key, kind, discards, whenFull, chunkBytes]),
  ).toEqual([
    ['vg-0/pool-a', 'lvm-thin', 'passdown', 'queues, then errors', 65_536],
    ['vg-0/poolb', 'lvm-thin', 'nopassdown', 'errors', 196_608],
    ['vg-0/poolc', 'lvm-thin', 'ignore', 'queues, then errors', 65_536],
  ]);
  expect(pools[0]).toMatchObject({ sizeBytes: GIB, freeBytes: GIB - 4474 * 65_536, overcommit: 50 });
});

describe('mounts', () => {
  it('have mount points with spaces and any number of optional fields', () => {
    expect(parseMounts(MOUNTINFO).map(({ mountPoint, kind }) => `${mountPoint} ${kind}`)).toContain(
      '/mnt/big disk xfs',
    );
    expect(parseMounts(MOUNTINFO)).toHaveLength(9);
  });

  it('know how late stat tells: NFS by its attribute cache, ZFS by its transaction groups', () => {
    const lags = parseMounts(`${MOUNTINFO}47 22 0:60 / /tank rw - zfs tank rw,xattr\n`).map((mount) => [
      mount.kind,
      toLagMs(mount),
    ]);
    expect(lags).toContainEqual(['nfs4', 3_000]);
    expect(lags).toContainEqual(['zfs', 5_000]);
    expect(lags).toContainEqual(['ext4', 0]);
  });
});
