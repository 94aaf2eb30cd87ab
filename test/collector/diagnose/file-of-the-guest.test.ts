import { describe, expect, it } from 'vitest';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { type Given, MIB, NOTHING_SENT, trimmed } from './examples.ts';

const FILE = { path: '/mnt/outer/inner.img', mount: '/mnt/outer', disks: ['sda'] };
const LOOP: Given = {
  device: 'loop0',
  guestFile: FILE,
  unmatched: 'it is a file on /mnt/outer of this guest, /mnt/outer/inner.img',
  image: null,
  hops: { ...NOTHING_SENT, trimmedBytes: 96 * MIB, issuedBytes: 96 * MIB, receivedBytes: null, passedBytes: null },
};

describe('a loop device inside a guest', () => {
  it('is told as the file that it is, with what to trim next', () => {
    expect(judge(trimmed(LOOP))).toMatchObject({
      verdict: 'nothing-to-reclaim',
      sentence:
        'loop0 is a file on /mnt/outer of this guest: what it gave up is free space there. Trim that next: trimtab trim fedora19 /mnt/outer',
      evidence: [{ fact: 'backing file of loop0', value: '/mnt/outer/inner.img' }],
    });
  });

  it('is judged with the disk below where what holds its file was trimmed after it', () => {
    const { sentence } = judge(trimmed({ ...LOOP, trim: { isHolderTrimmed: true } }));
    expect(sentence).toBe('loop0 is a file on /mnt/outer of this guest, which was trimmed after it: judged with sda.');
  });

  it('is told by its path where nobody says what holds it', () => {
    const { sentence } = judge(trimmed({ ...LOOP, guestFile: { ...FILE, mount: null, disks: [] } }));
    expect(sentence).toContain('loop0 is a file of this guest, /mnt/outer/inner.img');
  });

  it('that fstrim was refused is no success', () => {
    const outcomes = [{ status: 'failed', message: 'fstrim was killed', hint: null }] as const;
    expect(judge(trimmed({ ...LOOP, outcomes })).verdict).toBe('failed');
  });
});

describe('a filesystem that was trimmed before one in a file of it', () => {
  const raw: Given = { hops: { reclaimedBytes: 0, regainedBytes: 0 } };
  const later = [{ mount: '/mnt/inner', trimmedBytes: 96 * MIB }];

  it('had not nothing to give back', () => {
    expect(judge(trimmed(raw)).verdict).toBe('nothing-to-reclaim');
    expect(judge(trimmed({ ...raw, trim: { insideLater: later } }))).toMatchObject({
      verdict: 'inconclusive',
      sentence: expect.stringContaining('/mnt/inner, in a file on this disk, gave up 96.0 MiB in it only afterwards'),
    });
  });

  it('is a success where something came back all the same', () => {
    expect(judge(trimmed({ trim: { insideLater: later } })).verdict).toBe('reclaimed');
  });
});
