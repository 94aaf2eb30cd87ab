import type { TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { mountsToCure } from '../../../../collector/src/conduct/trims/cure.ts';
import { mergeCure } from '../../../../collector/src/model/merge-cure.ts';
import { reportOf, resultOf, trimIdOf } from './trim-examples.ts';

const FIRST = reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 0, vdb: 0 } });
const CURE = reportOf({ trimId: trimIdOf(2), trimmedBytes: { vda: 500 }, again: true });

describe('what is to be trimmed again', () => {
  it('is none of a disk that another kind of filesystem left stale', () => {
    const result = resultOf(FIRST, { vda: 'stale' });
    const disks = result.disks.map((disk) => ({ ...disk, cause: 'btrfs-chunks-trimmed' }));
    expect(mountsToCure({ report: FIRST, result: { ...result, disks } })).toEqual([]);
  });

  it('is each filesystem that sent nothing on a stale disk', () => {
    const result = resultOf(FIRST, { vda: 'stale', vdb: 'reclaimed' });
    expect(mountsToCure({ report: FIRST, result })).toEqual(['/mnt/vda']);
  });

  it.each<[string, TrimReport]>([
    ['one that sent something', reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 1 } })],
    ['one that was trimmed again already', reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 0 }, again: true })],
  ])('is not %s', (_, report) => {
    expect(mountsToCure({ report, result: resultOf(report, { vda: 'stale' }) })).toEqual([]);
  });
});

describe('the cure', () => {
  const first = resultOf(FIRST, { vda: 'stale', vdb: 'reclaimed' });

  it('stands in the place of what it cured', () => {
    const merged = mergeCure({ first, cure: resultOf(CURE, { vda: 'reclaimed' }) });
    expect(merged).toMatchObject({ id: FIRST.id, curedBy: CURE.id, durationMs: 20 });
    expect(merged.disks.map(({ device, verdict }) => [device, verdict])).toEqual([
      ['vda', 'reclaimed'],
      ['vdb', 'reclaimed'],
    ]);
    expect(merged.filesystems.map(({ mount, again }) => [mount, again])).toEqual([
      ['/mnt/vda', true],
      ['/mnt/vdb', false],
    ]);
  });

  it.each(['inconclusive', 'held', 'nothing-to-reclaim'] as const)(
    'that came to %s was made all the same: nothing is stale any more',
    (verdict) => {
      const { disks } = mergeCure({ first, cure: resultOf(CURE, { vda: verdict }) });
      expect(disks.map((disk) => disk.verdict)).toEqual([verdict, 'reclaimed']);
    },
  );

  it.each(['cancelled', 'failed'] as const)('that was %s leaves what was known before', (verdict) => {
    const { disks } = mergeCure({ first, cure: resultOf(CURE, { vda: verdict }) });
    expect(disks.map((disk) => disk.verdict)).toEqual(['stale', 'reclaimed']);
  });

  it('that discarded nothing again cures nothing', () => {
    const other = resultOf(reportOf({ trimId: trimIdOf(2) }), { vda: 'reclaimed' });
    expect(mergeCure({ first, cure: other })).toBe(first);
  });
});
