import { writeFile } from 'node:fs/promises';
import { lostAt, oneDisk } from '../lab-case.ts';

const raw = { format: 'raw' } as const;

/**
 * A job that does not end while the lab runs. All other disks of the same guest are trimmed meanwhile: that they are judged as ever
 * is half of the case.
 */
export const BLOCK_JOB_CASES = [
  oneDisk({
    name: 'backup-drops-discards',
    id: 'backup-drops',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, discard: 'unmap' },
    fileMiB: 39,
    expected: lostAt('passed', 'block-job-drops-discards'),
    more: {
      async afterWrite({ guest, imageOf }) {
        const filename = `${imageOf('backup-drops')}.backup`;
        await writeFile(filename, '');
        await guest.qmp('blockdev-add', { driver: 'file', 'node-name': 'backup-file', filename });
        await guest.qmp('block_resize', { 'node-name': 'backup-file', size: 512 * 1024 * 1024 });
        const job = { 'job-id': 'nightly', device: 'backup-drops-format', target: 'backup-file' };
        await guest.qmp('blockdev-backup', { ...job, sync: 'none' });
      },
    },
  }),
  oneDisk({
    name: 'mirror-drops-discards',
    id: 'mirror-drops',
    filesystem: 'xfs',
    disk: { bus: 'virtio-blk', image: raw, discard: 'unmap' },
    fileMiB: 40,
    expected: lostAt('passed', 'block-job-drops-discards'),
    more: {
      async afterWrite({ guest, imageOf }) {
        const target = `${imageOf('mirror-drops')}.mirror`;
        // A byte a second.
        const job = { 'job-id': 'move', device: 'mirror-drops-format', target, speed: 1 };
        await guest.qmp('drive-mirror', { ...job, sync: 'full', format: 'raw' });
      },
    },
  }),
];
