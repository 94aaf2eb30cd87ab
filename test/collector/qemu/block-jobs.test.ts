import { describe, expect, it } from 'vitest';
import { readDiskJobs } from '../../../collector/src/qemu/block-jobs.ts';
import { toHostDisk } from '../../support/host-disk.ts';

const block = (id: string, inserted: { drv: string; file: string; below?: string }) => ({
  device: '',
  qdev: `/machine/peripheral/${id}/virtio-backend`,
  inserted: {
    'node-name': `${id}-top`,
    drv: inserted.drv,
    file: inserted.file,
    image: {
      filename: inserted.file,
      ...(inserted.below === undefined ? {} : { 'backing-image': { filename: inserted.below } }),
    },
  },
});
const RAW = [block('a', { drv: 'raw', file: '/a.img' }), block('b', { drv: 'raw', file: '/b.img' })];
const jobsOf = (id: string, running: readonly string[], answers: readonly unknown[]) =>
  readDiskJobs({ running, answers, disk: { ...toHostDisk(`/${id}.img`), id } });

describe('the jobs of one disk', () => {
  it('are those whose node stands on its image', () => {
    const answers = [RAW, [{ drv: 'mirror_top', file: '/a.img' }]];
    expect(jobsOf('a', ['mirror'], answers)).toEqual({ kinds: ['mirror'], droppedBy: 'mirror' });
    expect(jobsOf('b', ['mirror'], answers)).toEqual({ kinds: [], droppedBy: null });
  });

  it('are named for the job, and not for the node: an active commit is a mirror inside', () => {
    const answers = [RAW, [{ drv: 'mirror_top', file: '/a.img' }]];
    expect(jobsOf('a', ['commit'], answers)).toEqual({ kinds: ['commit'], droppedBy: 'commit' });
  });

  it('in the images below change the disk and drop nothing above it', () => {
    const overlay = [block('a', { drv: 'qcow2', file: '/a.img', below: '/base.img' }), ...RAW.slice(1)];
    const answers = [overlay, [{ drv: 'commit_top', file: '/base.img' }]];
    expect(jobsOf('a', ['commit'], answers)).toEqual({ kinds: ['commit'], droppedBy: null });
    expect(jobsOf('b', ['commit'], answers)).toEqual({ kinds: [], droppedBy: null });
  });

  it('are not to be told apart where one has no node that is known: then they may be any disk’s', () => {
    const none = { kinds: ['mirror'], droppedBy: null };
    expect(jobsOf('a', ['mirror'], [RAW, []])).toEqual(none);
    const oneOfTwo = [RAW, [{ drv: 'mirror_top', file: '/a.img' }]];
    expect(jobsOf('a', ['mirror', 'mirror'], oneOfTwo)).toEqual({ kinds: ['mirror'], droppedBy: 'mirror' });
    expect(jobsOf('b', ['mirror', 'mirror'], oneOfTwo)).toEqual(none);
  });

  it('are none for a filter of the same kind that somebody else put there', () => {
    const answers = [
      RAW,
      [
        { drv: 'copy-on-read', file: '/a.img' },
        { drv: 'mirror_top', file: '/b.img' },
      ],
    ];
    expect(jobsOf('a', ['mirror'], answers)).toEqual({ kinds: [], droppedBy: null });
  });
});
