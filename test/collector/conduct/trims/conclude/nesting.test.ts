import type { FilesystemResult, Inventory, TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { findTurned } from '../../../../../collector/src/conduct/trims/conclude/find-turned.ts';
import { readNesting } from '../../../../../collector/src/conduct/trims/conclude/nesting.ts';
import { guestWith, REFUSES, TAKES } from '../../../../protocol/causes/guest-with.ts';
import { MIB } from '../../../diagnose/examples.ts';
import { reportOf, trimIdOf } from '../trim-examples.ts';

const inventory = (loop: { backingFile: string; backingMount: string | null }): Inventory =>
  guestWith({
    filesystems: [
      { mount: '/mnt/outer', devices: ['sda'] },
      { mount: '/mnt/inner', devices: ['loop0'] },
    ],
    layers: [{ name: 'sda' }, { name: 'loop0', kind: 'loop' }],
    disks: [{ name: 'sda' }, { name: 'loop0', ...loop }],
  });
const NESTED = inventory({ backingFile: '/mnt/outer/inner.img', backingMount: '/mnt/outer' });

const result = ({
  mount,
  disk,
  trimmedBytes,
}: {
  mount: string;
  disk: string;
  trimmedBytes: number;
}): FilesystemResult => ({
  mount,
  kind: 'ext4',
  disks: [disk],
  durationMs: 1,
  again: false,
  outcome: { status: 'done', trimmedBytes },
});
const OUTER = result({ mount: '/mnt/outer', disk: 'sda', trimmedBytes: 4096 });
const INNER = result({ mount: '/mnt/inner', disk: 'loop0', trimmedBytes: 96 * MIB });
const report = (filesystems: FilesystemResult[]): TrimReport => ({ ...reportOf({ trimId: trimIdOf(1) }), filesystems });

describe('the order in which filesystems in files of others were trimmed', () => {
  const read = (device: string, filesystems: FilesystemResult[], guest = NESTED) =>
    readNesting({ inventory: guest, report: report(filesystems), device });

  it('is right from the inside out', () => {
    expect(read('loop0', [INNER, OUTER])).toEqual({ isHolderTrimmed: true, insideLater: [] });
    expect(read('sda', [INNER, OUTER])).toEqual({ isHolderTrimmed: false, insideLater: [] });
  });

  it('is wrong where the holder came first', () => {
    expect(read('loop0', [OUTER, INNER]).isHolderTrimmed).toBe(false);
    expect(read('sda', [OUTER, INNER]).insideLater).toEqual([{ mount: '/mnt/inner', trimmedBytes: 96 * MIB }]);
  });

  it('is not known to be right of an agent that does not say who holds the file', () => {
    const old = inventory({ backingFile: '/mnt/outer/inner.img', backingMount: null });
    expect(read('sda', [OUTER, INNER], old).insideLater).toHaveLength(1);
    const beside = inventory({ backingFile: '/mnt/outerside/inner.img', backingMount: null });
    expect(read('sda', [OUTER, INNER], beside).insideLater).toEqual([]);
  });

  it('does not matter where the inner one gave nothing up, or was not trimmed', () => {
    expect(
      read('sda', [OUTER, result({ mount: '/mnt/inner', disk: 'loop0', trimmedBytes: 4096 })]).insideLater,
    ).toEqual([]);
    expect(read('loop0', [INNER]).isHolderTrimmed).toBe(false);
    expect(read('sda', [OUTER]).insideLater).toEqual([]);
  });
});

describe('what turned while the guest trimmed', () => {
  const guest = guestWith({ disks: [{ name: 'sda', provisioningMode: 'unmap' }] });
  const after = (discard: typeof TAKES, provisioningMode: string | null): TrimReport => ({
    ...report([]),
    limitsAfter: [{ name: 'sda', discard, provisioningMode }],
  });
  const turned = (seen: TrimReport, inventory = guest, device = 'sda') =>
    findTurned({ inventory, report: seen, device }).map(({ cause }) => cause.id);

  it('is a disk that refused one discard and gets no more', () => {
    expect(turned(after(REFUSES, 'disabled'))).toEqual(['scsi-discard-disabled']);
  });

  it('is nothing that was so before, of another disk, or of an agent that does not tell', () => {
    const before = guestWith({
      layers: [{ name: 'sda', discard: REFUSES }],
      disks: [{ name: 'sda', provisioningMode: 'disabled' }],
    });
    expect(turned(after(REFUSES, 'disabled'), before)).toEqual([]);
    expect(turned(after(REFUSES, 'disabled'), guest, 'sdb')).toEqual([]);
    expect(turned(after(TAKES, 'unmap'))).toEqual([]);
    expect(turned(report([]))).toEqual([]);
    expect(findTurned({ inventory: null, report: after(REFUSES, 'disabled'), device: 'sda' })).toEqual([]);
  });
});
