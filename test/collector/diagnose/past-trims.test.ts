import { describe, expect, it } from 'vitest';
import { readPast } from '../../../collector/src/diagnose/past-trims.ts';
import type { DiskResult, TrimResult } from '../../../collector/src/model/trim-result.ts';
import { TRIM } from '../api/examples.ts';

const DISK = TRIM.disks[0] as DiskResult;
const BOOT = 'a boot';
const OF = { device: DISK.device, image: DISK.image, bootId: BOOT };
const NOTHING = { passedBefore: false, lostBefore: false, curedInVain: false };

const a = (
  disk: Partial<DiskResult>,
  { again = false, bootId = BOOT as string | null, done = true } = {},
): TrimResult => ({
  ...TRIM,
  bootId,
  filesystems: TRIM.filesystems.map((one) => ({
    ...one,
    again,
    outcome: done ? { status: 'done', trimmedBytes: 1 } : { status: 'cancelled', message: 'called off' },
  })),
  disks: [{ ...DISK, ...disk }],
});
const lost = a({ verdict: 'lost', lostAt: 'passed' });
const lostInGuest = (trimmedBytes: number | null) =>
  a({ verdict: 'lost', lostAt: 'issued', hops: { ...DISK.hops, trimmedBytes } });
const reclaimed = a({ verdict: 'reclaimed' });
const nothing = a({ verdict: 'nothing-to-reclaim', hops: { ...DISK.hops, trimmedBytes: 0 } });
const sentAsMuch = a({ verdict: 'nothing-to-reclaim' });
const vain = a({ verdict: 'held' }, { again: true });

describe('what earlier trims say, the newest first', () => {
  it.each([
    ['nothing, where there are none', [], NOTHING],
    ['that QEMU passes discards, once one came back', [nothing, reclaimed], { ...NOTHING, passedBefore: true }],
    ['that the last was lost on the host', [lost], { ...NOTHING, lostBefore: true }],
    ['so still, after one that found nothing new', [nothing, lost], { ...NOTHING, lostBefore: true }],
    ['no more, once as much was sent: it was mounted anew', [nothing, sentAsMuch, lost], NOTHING],
    ['no more, once something came back', [reclaimed, lost], { ...NOTHING, passedBefore: true }],
    [
      'that the last was lost inside the guest, though fstrim trimmed',
      [lostInGuest(370 * 1024 ** 2)],
      { ...NOTHING, lostBefore: true },
    ],
    ['nothing of one that fstrim was refused', [lostInGuest(null)], NOTHING],
    ['nothing of one that trimmed nothing', [lostInGuest(0)], NOTHING],
    ['that everything was discarded again in vain', [vain, lost], { ...NOTHING, curedInVain: true }],
    ['nothing of a cure that was called off', [a({ verdict: 'cancelled' }, { again: true, done: false })], NOTHING],
    [
      'nothing of a cure over which the guest wrote',
      [a({ verdict: 'inconclusive', writtenBytes: 5_000_000 }, { again: true })],
      NOTHING,
    ],
    ['nothing of another boot', [a({ verdict: 'lost', lostAt: 'passed' }, { bootId: 'another' })], NOTHING],
    ['nothing of another image', [a({ verdict: 'lost', lostAt: 'passed', image: '/another' })], NOTHING],
  ] as const)('%s', (_, trims, past) => {
    expect(readPast(trims, OF)).toEqual(past);
  });

  it('nothing of a guest that does not say which boot this is', () => {
    expect(readPast([lost, a({}, { bootId: null })], { ...OF, bootId: null })).toEqual(NOTHING);
  });
});
