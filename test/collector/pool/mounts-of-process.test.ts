import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMountsOfProcess } from '../../../collector/src/pool/mounts.ts';
import { findPoolOfProcess } from '../../../collector/src/pool/pool-of-image.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
});
afterEach(() => tree.remove());

const LINE = '22 1 0:99 / /storage rw - ext4 /dev/sdz rw\n';
const AT = '/proc/20/root/storage';

/** The pools of three images of one process, and how often its mounts were read. */
async function findPools() {
  for (const name of ['a', 'b', 'c']) tree.write({ path: `${AT}/${name}.img`, text: name });
  const reads: [string, number][] = [];
  const mountsOfProcess = createMountsOfProcess({
    readText(path, most) {
      reads.push([path, most ?? 0]);
      return tree.files.readText(path, most);
    },
  });
  const pools = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      findPoolOfProcess({
        files: tree.files,
        path: `/storage/${name}.img`,
        at: `${AT}/${name}.img`,
        mounts: [],
        mountsOfProcess,
      }),
    ),
  );
  return { pools: pools.map((pool) => pool?.mount.mountPoint ?? null), reads };
}

it('the mounts of a process are read once, whichever of its images is asked about', async () => {
  tree.write({ path: '/proc/20/mountinfo', text: LINE });
  const { pools, reads } = await findPools();
  expect(pools).toEqual(['/storage', '/storage', '/storage']);
  expect(reads).toEqual([['/proc/20/mountinfo', 4 * 1024 ** 2]]);
});

it('a process with too many mounts has none that are known', async () => {
  tree.write({ path: '/proc/20/mountinfo', text: LINE.repeat(100_000) });
  expect((await findPools()).pools).toEqual([null, null, null]);
});
