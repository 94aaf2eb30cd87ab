import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

const MIB = 1024 ** 2;
const DISK = '/sys/devices/pci0000:00/block/sdd';

/**
 * As Linux 6.1 showed an ext4 of 512 MiB with blocks of 4 KiB: every second of 54 files of 8 MiB was deleted, and its
 * tail is free.
 */
const MB_GROUPS = [
  '#group: free  frags first [ 2^0   2^1   2^2   2^3   2^4   2^5   2^6   2^7   2^8   2^9   2^10  2^11  2^12  2^13  ]',
  '#0    : 20401 5     2127  [ 3     1     1     1     2     2     1     2     2     2     2     4     0     1     ]',
  '#1    : 18367 8     65    [ 1     1     1     1     1     1     0     1     1     1     1     8     0     0     ]',
  '#2    : 14336 7     6144  [ 0     0     0     0     0     0     0     0     0     0     0     7     0     0     ]',
  '#3    : 16319 8     65    [ 1     1     1     1     1     1     0     1     1     1     1     7     0     0     ]',
];

async function tooSmall({
  granularity,
  groups = MB_GROUPS,
  kind = 'ext4',
  sizeBytes = 487 * MIB,
}: {
  granularity: number;
  groups?: readonly string[] | null;
  kind?: string;
  sizeBytes?: number;
}) {
  const tree = {
    files: {
      '/proc/self/mountinfo': `27 1 8:48 / /x rw - ${kind} /dev/sdd rw`,
      [`${DISK}/size`]: '1048576',
      [`${DISK}/queue/discard_granularity`]: String(granularity),
      ...(groups === null ? {} : { '/proc/fs/ext4/sdd/mb_groups': groups }),
    },
    links: { '/sys/class/block/sdd': DISK, '/sys/dev/block/8:48': DISK },
    space: { '/x': { sizeBytes, usedBytes: 0, blockBytes: 4096 } },
  };
  const query = { mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null };
  const { filesystems } = await withTree(tree, (files) => takeInventory({ files, ...query }));
  return filesystems[0]?.tooSmallBytes;
}

describe('free space in pieces below the discard granularity', () => {
  it.each([
    // Only a group without any run that may be long enough counts, and the first has one of 32 MiB.
    [32 * MIB, (18_367 + 14_336 + 16_319) * 4096],
    // A run of 8 MiB need not begin at a multiple of 8 MiB: it may hold chunks of 4 MiB and no larger one.
    [16 * MIB, 0],
    [8 * MIB, 0],
    [64 * MIB, (18_367 + 14_336 + 16_319) * 4096],
  ])('of %i bytes', async (granularity, bytes) => {
    expect(await tooSmall({ granularity })).toBe(bytes);
  });

  it.each([
    ['a granularity that matters to nobody', { granularity: 65_536 }],
    ['what is no ext4', { granularity: 32 * MIB, kind: 'xfs' }],
    ['a kernel that does not say', { granularity: 32 * MIB, groups: null }],
    ['a text that is another', { granularity: 32 * MIB, groups: ['#group: free', '#0 : broken'] }],
    ['more groups than anybody wants to read', { granularity: 32 * MIB, sizeBytes: 2 * 1024 ** 4 }],
  ])('is not known of %s', async (_, given) => {
    expect(await tooSmall(given)).toBeNull();
  });
});
