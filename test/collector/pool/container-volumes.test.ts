import { afterEach, beforeEach, expect, it } from 'vitest';
import { createReadHost } from '../../../collector/src/compose/read-host.ts';
import { findContainerVolumes } from '../../../collector/src/pool/container-volumes.ts';
import { createRecentImages } from '../../../collector/src/qemu/recent-images.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { processesOf } from '../host/host-processes.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
});
afterEach(() => tree.remove());

const POOLS = '/var/lib/incus/storage-pools';
const SNAPS = '/var/snap/lxd/common/lxd/storage-pools';
const mounts = (process: string, ...lines: readonly string[]) =>
  tree.write({ path: `/proc/${process}/mountinfo`, text: `${lines.join('\n')}\n` });
const line = ({ at, minor, rest = 'ext4 /dev/mapper/default-v rw', root = '/' }: Record<string, string>) =>
  `30 1 253:${minor} ${root} ${at} rw - ${rest}`;

it('of Incus are told in one finding, with the command that trims them', async () => {
  mounts(
    'self',
    line({ at: `${POOLS}/default/containers/web`, minor: '4', rest: 'ext4 /dev/mapper/default-containers_web rw' }),
    line({
      at: `${POOLS}/default/custom/default_a\\040b`,
      minor: '5',
      rest: 'xfs /dev/mapper/default-custom_v rw,discard',
    }),
  );
  expect(await findContainerVolumes(tree.files)).toEqual([
    {
      subject: 'containers of Incus',
      sentence:
        'Their volumes take room in the same pools, and are trimmed by this host alone. web: /dev/mapper/default-containers_web (ext4); default_a b: /dev/mapper/default-custom_v (xfs, mounted with discard). One that is mounted with discard gives deleted files back by itself.',
      hint: `fstrim -v ${POOLS}/default/containers/web; fstrim -v '${POOLS}/default/custom/default_a b'`,
    },
  ]);
});

it('of the snap of LXD are found where only its daemon has them mounted, and trimmed by a mount of their own', async () => {
  mounts('self', line({ at: '/', minor: '1' }));
  mounts(
    '77',
    line({ at: '/', minor: '1' }),
    line({ at: `${SNAPS}/lvm/containers/db`, minor: '9', rest: 'ext4 /dev/mapper/lvm-containers_db rw,discard' }),
  );
  expect(await findContainerVolumes(tree.files)).toEqual([]);
  tree.write({ path: '/var/snap/lxd/common/lxd.pid', text: '77\n' });
  expect(await findContainerVolumes(tree.files)).toMatchObject([
    {
      subject: 'containers of LXD',
      sentence: expect.stringContaining('db: /dev/mapper/lvm-containers_db (ext4, mounted with discard).'),
      hint: 'mount -t ext4 -o nosuid,nodev,noexec /dev/mapper/lvm-containers_db /mnt && { fstrim -v /mnt; umount /mnt; }',
    },
  ]);
});

it('are none in a dataset, a subvolume or a folder, in a guest’s own place, or on a host without either', async () => {
  expect(await findContainerVolumes(tree.files)).toEqual([]);
  mounts(
    'self',
    line({ at: `${POOLS}/tank/containers/web`, minor: '4', rest: 'zfs tank/containers/web rw' }),
    line({ at: `${POOLS}/pool`, minor: '5', rest: 'btrfs /dev/loop0 rw' }),
    line({ at: `${POOLS}/pool/containers/sub`, minor: '5', root: '/@sub', rest: 'btrfs /dev/loop0 rw' }),
    line({ at: `${POOLS}/default/virtual-machines/vm`, minor: '6' }),
    line({ at: '/srv/storage-pools/default/containers/web', minor: '7' }),
  );
  expect(await findContainerVolumes(tree.files)).toEqual([]);
});

it('are among the findings of the host', async () => {
  mounts('self', line({ at: `${POOLS}/default/containers/web`, minor: '4' }));
  const read = createReadHost({
    files: tree.files,
    clock: createTestClock(),
    processes: processesOf(tree.files),
    recentImages: createRecentImages({ files: tree.files, clock: createTestClock() }),
    libvirtUri: 'nowhere:///',
    guests: [],
  });
  expect((await read()).findings.map(({ subject }) => subject)).toContain('containers of Incus');
});
