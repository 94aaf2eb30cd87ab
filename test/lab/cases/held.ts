import { runCommand } from '../../support/machine/command.ts';
import { heldBy, MIB, oneDisk } from '../lab-case.ts';
import type { Stage } from '../stage.ts';

const unmap = { discard: 'unmap' } as const;
const qcow2 = { format: 'qcow2' } as const;
async function setFileNode(parts: { stage: Stage; id: string; discard: 'unmap' | 'ignore' }): Promise<void> {
  const { stage, id, discard } = parts;
  const node = { driver: 'file', 'node-name': `${id}-file`, filename: stage.imageOf(id), discard };
  await stage.guest.qmp('blockdev-reopen', { options: [{ ...node, 'read-only': false, 'auto-read-only': false }] });
}

const SMALL_FILES = 1024;
const SMALL_BYTES = 65_536;

/** The discards arrived, and something else still needs the space. */
export const HELD_CASES = [
  oneDisk({
    name: 'internal-snapshot',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: qcow2, ...unmap },
    fileMiB: 33,
    expected: heldBy('internal-snapshot'),
    more: {
      afterWrite: ({ guest }) =>
        guest.qmp('blockdev-snapshot-internal-sync', { device: 'internal-snapshot-format', name: 'before-upgrade' }),
    },
  }),
  oneDisk({
    name: 'backing-file',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { ...qcow2, base: 'with-file' }, ...unmap },
    fileMiB: 34,
    expected: heldBy('backing-file'),
    more: { write: ':' },
  }),
  oneDisk({
    name: 'compat-010-overlay',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { ...qcow2, base: 'empty', options: 'compat=0.10' }, ...unmap },
    fileMiB: 35,
    expected: heldBy('compat-010-overlay'),
  }),
  oneDisk({
    name: 'holes-smaller-than-cluster',
    id: 'small-holes',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { ...qcow2, options: 'cluster_size=2M' }, ...unmap },
    fileMiB: 36,
    expected: heldBy('holes-smaller-than-cluster'),
    more: {
      fileBytes: (SMALL_FILES / 2) * SMALL_BYTES,
      write: `node -e 'const fs = require("node:fs"); const data = require("node:crypto").randomBytes(${SMALL_BYTES}); for (let i = 0; i < ${SMALL_FILES}; i += 1) fs.writeFileSync(process.argv[1] + "/" + i, data)' "$mount"`,
      remove: `rm "$mount"/*[02468]`,
    },
  }),
  // Given up in the image while its file ignored discards: by the guest's own trim, and by a snapshot that was deleted.
  oneDisk({
    name: 'clusters-of-nobody',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: qcow2, ...unmap },
    fileMiB: 48,
    expected: heldBy('clusters-of-nobody'),
    more: {
      async afterWrite(stage) {
        await setFileNode({ stage, id: 'clusters-of-nobody', discard: 'ignore' });
        await stage.guest.mustRun('rm /mnt/clusters-of-nobody/file && sync && /sbin/fstrim /mnt/clusters-of-nobody');
        await setFileNode({ stage, id: 'clusters-of-nobody', discard: 'unmap' });
      },
      remove: ':',
    },
  }),
  oneDisk({
    name: 'deleted-snapshot',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: qcow2, ...unmap },
    fileMiB: 49,
    expected: heldBy('clusters-of-nobody'),
    more: {
      async afterWrite(stage) {
        const snapshot = { device: 'deleted-snapshot-format', name: 'before-upgrade' };
        await setFileNode({ stage, id: 'deleted-snapshot', discard: 'ignore' });
        await stage.guest.qmp('blockdev-snapshot-internal-sync', snapshot);
        await stage.guest.mustRun(
          'cp /dev/shm/data /mnt/deleted-snapshot/other && rm /mnt/deleted-snapshot/file && sync && /sbin/fstrim /mnt/deleted-snapshot',
        );
        await stage.guest.qmp('blockdev-snapshot-delete-internal-sync', snapshot);
        await setFileNode({ stage, id: 'deleted-snapshot', discard: 'unmap' });
      },
      remove: ':',
    },
  }),
  // The image's own allocation falls; the copy still has the extents, so the pool has nothing of it.
  oneDisk({
    name: 'extents-shared',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { format: 'raw', place: 'with-reflink' }, ...unmap },
    fileMiB: 37,
    expected: heldBy('extents-shared'),
    deltaBytes: 37 * MIB,
    more: {
      afterWrite: async ({ imageOf }) => {
        const image = imageOf('extents-shared');
        await runCommand('cp', ['--reflink=always', image, `${image}.backup`]);
      },
    },
  }),
];
