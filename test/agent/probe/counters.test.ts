import { describe, expect, it } from 'vitest';
import { readLayerCounters } from '../../../agent/src/probe/counters.ts';
import { withTree } from './with-tree.ts';

describe('readLayerCounters', () => {
  it('takes fields 7 and 14, in sectors of 512 bytes', async () => {
    const stat = '  1 2 3 4 5 6 4096 8 9 10 11 8 13 1993512 15 16 17';
    const counters = await withTree({ files: { '/sys/class/block/vda/stat': stat } }, (files) =>
      readLayerCounters({ files, names: ['vda'] }),
    );
    expect(counters).toEqual({ vda: { discardedBytes: 1993512 * 512, writtenBytes: 4096 * 512 } });
  });

  it('writes null for what an old kernel, a gone layer or a number too large does not tell', async () => {
    const files = {
      '/sys/class/block/old/stat': '1 2 3 4 5 6 7 8 9 10 11',
      '/sys/class/block/huge/stat': '1 2 3 4 5 6 36028797018963968 8 9 10 11 12 13 14',
    };
    const counters = await withTree({ files }, (kernel) =>
      readLayerCounters({ files: kernel, names: ['old', 'gone', 'huge'] }),
    );
    expect(counters).toEqual({
      old: { discardedBytes: null, writtenBytes: 7 * 512 },
      gone: { discardedBytes: null, writtenBytes: null },
      huge: { discardedBytes: 14 * 512, writtenBytes: null },
    });
  });
});
