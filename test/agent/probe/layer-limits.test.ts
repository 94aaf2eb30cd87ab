import { expect, it } from 'vitest';
import { readLayerLimits } from '../../../agent/src/probe/discard-limits.ts';
import { layOutTree, readTree } from './kernel-tree.ts';

it('what layers say of discards at one moment is what the inventory has of them, a partition by the queue of its disk', async () => {
  const tree = await layOutTree(await readTree('qemu-buses'));
  try {
    const limits = await readLayerLimits({ files: tree.files, names: ['sdc', 'sda', 'gone'] });
    expect(limits.map(({ name, provisioningMode, discard }) => [name, provisioningMode, discard.maxBytes])).toEqual([
      ['sdc', 'disabled', 0],
      ['sda', 'unmap', 1_073_741_824],
      ['gone', null, null],
    ]);
  } finally {
    await tree.remove();
  }
  const parts = await layOutTree(await readTree('lvm-luks-md'));
  try {
    const [partition, disk] = await readLayerLimits({ files: parts.files, names: ['vda2', 'vda'] });
    expect(partition?.discard.maxBytes).toBeGreaterThan(0);
    expect(partition?.discard.maxBytes).toBe(disk?.discard.maxBytes);
  } finally {
    await parts.remove();
  }
});
