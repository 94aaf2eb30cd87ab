import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LabCase, lostAt, oneDisk, RECLAIMED } from '../lab-case.ts';
import type { Stage } from '../stage.ts';

const raw = { format: 'raw' } as const;

const BACKUP = oneDisk({
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
    afterFirst: ({ guest }) => endJob({ guest, id: 'nightly' }),
  },
});

const MIRROR = oneDisk({
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
    afterFirst: ({ guest }) => endJob({ guest, id: 'move' }),
  },
});

/**
 * A job that does not end by itself. All other disks of the same guest are trimmed meanwhile: that they are judged as
 * ever is half of the case.
 */
export const BLOCK_JOB_CASES: readonly LabCase[] = [
  BACKUP,
  // By then ext4 believes that it has trimmed already, and is made to do it again.
  {
    ...BACKUP,
    name: 'backup-ended',
    trim: 'mended',
    expected: RECLAIMED,
    expectedDeltaBytes: BACKUP.stand.fileBytes,
  },
  MIRROR,
];

/** And waits until QEMU no longer lists it. */
async function endJob({ guest, id }: { guest: Stage['guest']; id: string }): Promise<void> {
  await guest.qmp('block-job-cancel', { device: id, force: true });
  const isListed = async () =>
    ((await guest.qmp('query-block-jobs')) as readonly { readonly device: string }[]).some(
      ({ device }) => device === id,
    );
  while (await isListed()) await sleep(50);
}
