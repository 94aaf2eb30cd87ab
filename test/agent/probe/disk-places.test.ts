import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

/** A disk with nothing mounted on it, at this place below /sys/devices. */
function probeDisk({ devicePath, name = 'vda' }: { devicePath: string; name?: string }) {
  const device = `/sys/devices/${devicePath}`;
  const tree = {
    files: { [`${device}/block/${name}/size`]: '2048' },
    links: {
      [`/sys/block/${name}`]: `${device}/block/${name}`,
      [`/sys/class/block/${name}`]: `${device}/block/${name}`,
      [`${device}/block/${name}/device`]: device,
    },
  };
  return withTree(
    tree,
    async (files) =>
      (await takeInventory({ files, mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null })).disks,
  );
}

describe('the PCI path of a disk', () => {
  // As /sys of a guest on q35 had them (QEMU 7.2, kernel 6.1).
  it.each([
    ['pci0000:00/0000:00:04.0/virtio1', ['04.0']],
    ['pci0000:00/0000:00:03.0/0000:01:00.0/virtio5', ['03.0', '00.0']],
    ['pci0000:00/0000:00:03.2/0000:03:00.0/0000:04:04.0/0000:05:09.0/virtio7', ['03.2', '00.0', '04.0', '09.0']],
    ['pci0000:00/0000:00:03.1/0000:02:00.0/virtio6/host0/target0:0:2/0:0:2:1', ['03.1', '00.0']],
  ])('names every bridge on the way: %s', async (path, pciPath) => {
    expect(await probeDisk({ devicePath: path })).toMatchObject([{ name: 'vda', sizeBytes: 1_048_576, pciPath }]);
  });

  it.each([
    'pci0000:40/0000:40:00.0/0000:41:00.0/virtio5',
    'platform/a003e00.virtio_mmio/virtio5',
    `pci0000:00/${Array.from({ length: 17 }, (_, bus) => `0000:${String(bus).padStart(2, '0')}:00.0`).join('/')}/virtio5`,
  ])('is none where it would not be the same on the host, or not fit: %s', async (path) => {
    expect(await probeDisk({ devicePath: path })).toMatchObject([{ name: 'vda', pciPath: null }]);
  });
});

it('lists disks on which nothing is mounted, and no optical drive or device without hardware', async () => {
  expect(
    await probeDisk({ devicePath: 'pci0000:00/0000:00:01.1/ata2/host1/target1:0:0/1:0:0:0', name: 'sr0' }),
  ).toEqual([]);
  const tree = {
    files: { '/sys/devices/virtual/block/zram0/size': '2048' },
    links: {
      '/sys/block/zram0': '/sys/devices/virtual/block/zram0',
      '/sys/class/block/zram0': '/sys/devices/virtual/block/zram0',
    },
  };
  expect(
    await withTree(
      tree,
      async (files) =>
        (await takeInventory({ files, mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null })).disks,
    ),
  ).toEqual([]);
});
