import { dirname, join } from 'node:path';
import { runCommand } from '../../support/machine/command.ts';
import { heldBy, MIB, oneDisk, RECLAIMED } from '../lab-case.ts';

const unmap = { discard: 'unmap' } as const;
const PIECES = 12;
const PIECE_BYTES = 4 * MIB;

/**
 * Images in pools that may keep what an image gives up: the image falls, and only the pool can tell what the host got.
 */
export const HOST_FILESYSTEMS_CASES = [
  oneDisk({
    name: 'xfs-alone',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { format: 'raw', place: 'xfs-alone' }, ...unmap },
    fileMiB: 38,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'btrfs-copied',
    filesystem: 'xfs',
    disk: { bus: 'virtio-scsi', image: { format: 'raw', place: 'btrfs-copied' }, ...unmap },
    fileMiB: 39,
    expected: heldBy('extents-shared'),
    deltaBytes: 39 * MIB,
    more: {
      afterWrite: ({ imageOf }) => {
        const image = imageOf('btrfs-copied');
        return runCommand('cp', ['--reflink=always', image, `${image}.backup`]);
      },
    },
  }),
  oneDisk({
    name: 'btrfs-snapshot',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { format: 'qcow2', place: 'btrfs-snapshot' }, ...unmap },
    fileMiB: 41,
    expected: heldBy('extents-shared'),
    deltaBytes: 41 * MIB,
    more: {
      async afterWrite({ imageOf }) {
        const pool = dirname(imageOf('btrfs-snapshot'));
        await runCommand('btrfs', ['subvolume', 'snapshot', '-r', pool, join(pool, 'before')]);
      },
    },
  }),
  // As if the image had been copied in: its extents are as large as btrfs makes them, and every second file leaves a
  // hole in them.
  oneDisk({
    name: 'btrfs-in-one-piece',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { format: 'raw', place: 'btrfs-in-one-piece' }, ...unmap },
    fileMiB: 24,
    expected: heldBy('extents-held-in-part'),
    deltaBytes: (PIECES / 2) * PIECE_BYTES,
    more: {
      write: `for file in $(seq 0 ${PIECES - 1}); do dd if=/dev/shm/data of=$mount/$file bs=1M skip=$((file * 4)) count=4 oflag=direct conv=fsync status=none; done`,
      remove: 'rm "$mount"/*[02468]',
      afterWrite: async ({ imageOf }) => {
        const image = imageOf('btrfs-in-one-piece');
        await runCommand('btrfs', ['filesystem', 'defragment', '-t', '256M', image]);
        await runCommand('sync', ['-f', image]);
      },
    },
  }),
  oneDisk({
    name: 'btrfs-compressed',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { format: 'raw', place: 'btrfs-compressed' }, ...unmap },
    fileMiB: 40,
    expected: { verdict: 'reclaimed', lostAt: null, cause: 'image-compressed' },
    more: {
      // Digits of random bytes: half of it is left when it is compressed.
      write: `node -e 'const { readFileSync, writeFileSync } = require("node:fs"); writeFileSync(process.argv[1] + "/file", readFileSync("/dev/shm/data").subarray(0, ${20 * MIB}).toString("hex"))' "$mount"`,
      // QEMU writes past the page cache, and what does is not compressed at once.
      afterWrite: async ({ imageOf }) => {
        const image = imageOf('btrfs-compressed');
        await runCommand('btrfs', ['filesystem', 'defragment', '-czstd', image]);
        await runCommand('sync', ['-f', image]);
      },
    },
  }),
];
