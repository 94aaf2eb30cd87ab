import { habitsOf } from '@trimtab/protocol/causes';
import { describe, expect, it } from 'vitest';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { addUpUse } from '../../../collector/src/diagnose/slack.ts';
import { aDisk } from '../correlate/examples.ts';

import { aFilesystem, aLayer, examined, GIB, type Given, IGNORE, MIB, NOTHING_SENT, trimmed } from './examples.ts';
import { BTRFS_STALE, F2FS, HOLDS } from './filesystem-cases.ts';

const on = (kind: string, rest: Parameters<typeof aFilesystem>[0] = {}) =>
  aFilesystem({ mount: '/data', kind, ...rest });

describe('a btrfs that was trimmed in vain', () => {
  it('is stale where a little came back and far more stayed, and says both', () => {
    expect(judge(trimmed(BTRFS_STALE))).toMatchObject({
      verdict: 'stale',
      cause: 'btrfs-chunks-trimmed',
      sentence: expect.stringMatching(/^The host got 2\.8 MiB back .* believes it has trimmed its unallocated space/),
    });
  });

  it('is stale over two devices, where nobody knows how much it uses of each, once a trim was lost', () => {
    const two: Given = {
      ...BTRFS_STALE,
      hops: { ...BTRFS_STALE.hops, reclaimedBytes: 1.5 * MIB, regainedBytes: 1.5 * MIB },
      trim: { holdsMore: null, remaining: null },
    };
    expect(judge(trimmed({ ...two, past: { lostBefore: true } }))).toMatchObject({ cause: 'btrfs-chunks-trimmed' });
    expect(judge(trimmed(two))).toMatchObject({ verdict: 'reclaimed', cause: null });
  });

  it('is a success where more came back than stayed, with the rest and what ends it', () => {
    const judged = judge(trimmed({ ...BTRFS_STALE, hops: { ...BTRFS_STALE.hops, reclaimedBytes: 300 * MIB } }));
    expect(judged).toMatchObject({
      verdict: 'reclaimed',
      cause: 'btrfs-chunks-trimmed',
      sentence: expect.stringContaining('At least 238 MiB more stayed: The btrfs on /data sent only a part'),
      fix: expect.stringContaining('umount /data'),
    });
  });

  it('is mounted anew by its line in /etc/fstab, and rebooted where that may not mount all that there was', () => {
    const filesystems = (rest: Parameters<typeof aFilesystem>[0]) => [
      on('btrfs', { sizeBytes: GIB, usedBytes: 6 * MIB, source: '/dev/sdb', ...rest }),
    ];
    const fixOf = (rest: Parameters<typeof aFilesystem>[0]) =>
      judge(trimmed({ ...BTRFS_STALE, filesystems: filesystems(rest) })).fix;
    expect(fixOf({ mount: '/', alsoMountedAt: ['/home'] })).toBe(
      'Reboot the guest: its / cannot be unmounted while it runs.\n# in the guest, as root\nfstrim -v /',
    );
    expect(fixOf({ inFstab: true })).toBe(
      '# in the guest, as root\numount /data\nmount /data\nfstrim -v /data\nOr reboot the guest, and trim then.',
    );
    // Not in fstab, its subvolume and options are known to nobody; of several points only one may be in it.
    for (const rest of [{ inFstab: false }, { inFstab: null }, { inFstab: true, alsoMountedAt: ['/data/sub'] }])
      expect(fixOf(rest)).toBe(
        'Reboot the guest, or unmount it everywhere and mount it again as it was.\n# in the guest, as root\nfstrim -v /data',
      );
  });

  it('and so is an f2fs', () => {
    const fix = judge(trimmed({ ...F2FS, filesystems: [on('f2fs')], past: { lostBefore: true } })).fix;
    expect(fix).not.toMatch(/^u?mount \//m);
    expect(fix).toMatch(/touch \/data\/\.trimtab.*\n.*reboot the guest/i);
  });

  it('stands in the way of every trim until it is mounted anew: no trim cures it', () => {
    const slack = { leastBytes: 238 * MIB, estimateBytes: 239 * MIB, mostBytes: 240 * MIB };
    const disk = { ...DISK_RESULT, ...judge(trimmed(BTRFS_STALE)) };
    const lastTrim = { trim: { id: 'x' as never, startedAt: '2026-11-25T12:00:00.000Z' }, disk, isOfThisBoot: true };
    expect(
      diagnoseDisk(examined({ slack, holdsMore: true }), { newest: lastTrim, telling: lastTrim, told: disk }),
    ).toMatchObject({
      findings: [{ cause: 'btrfs-chunks-trimmed', effect: 'stale' }],
      nowBytes: 0,
      afterFixesBytes: 239 * MIB,
    });
    expect(
      diagnoseDisk(examined({ slack, holdsMore: false }), { newest: lastTrim, telling: lastTrim, told: disk }).findings,
    ).toEqual([]);
  });
});

describe('between a lost trim and the next, once nothing stands in the way', () => {
  const slack = { leastBytes: 238 * MIB, estimateBytes: 239 * MIB, mostBytes: 240 * MIB };
  const lost = { ...DISK_RESULT, ...judge(trimmed({ nodes: IGNORE, hops: { passedBytes: 0, reclaimedBytes: 0 } })) };
  const lastTrim = {
    trim: { id: 'x' as never, startedAt: '2026-11-25T12:00:00.000Z' },
    disk: lost,
    isOfThisBoot: true,
  };
  const doctor = (kind: string, given: Given = {}) =>
    diagnoseDisk(examined({ slack, filesystems: [on(kind)], past: { lostBefore: true }, ...given }), {
      newest: lastTrim,
      telling: lastTrim,
      told: lost,
    });

  it('nobody can say what the next one brings back of a btrfs', () => {
    expect(doctor('btrfs')).toMatchObject({
      nowBytes: null,
      afterFixesBytes: 239 * MIB,
      lastTrim: {
        keptBack:
          'btrfs does not send again unallocated space that it has sent before until it is unmounted everywhere and mounted anew',
      },
    });
    expect(doctor('btrfs', { past: { lostBefore: false } })).toMatchObject({
      nowBytes: 239 * MIB,
      lastTrim: { keptBack: null },
    });
    // While the host drops everything it is nothing.
    expect(doctor('btrfs', { nodes: IGNORE })).toMatchObject({ nowBytes: 0 });
  });

  it.each(['ext4', 'xfs'])(
    'all of it comes of an %s, which is had to send it again or keeps nothing in mind',
    (kind) => {
      expect(doctor(kind)).toMatchObject({ nowBytes: 239 * MIB, lastTrim: { keptBack: null } });
    },
  );
});

describe('an f2fs', () => {
  const later: Given = { ...F2FS, filesystems: [on('f2fs', { discardsOnline: true })] };

  it('that discards by itself, later, is no proof of anything', () => {
    expect(judge(trimmed(later))).toMatchObject({ verdict: 'inconclusive', cause: 'discards-later' });
    expect(judge(trimmed({ ...later, past: { lostBefore: true } }))).toMatchObject({ cause: 'discards-later' });
  });

  it('says the same where its thread sent a little while the trim ran', () => {
    const little = { ...NOTHING_SENT, passedBytes: 2 * MIB, reclaimedBytes: 2 * MIB };
    expect(judge(trimmed({ ...later, hops: little }))).toMatchObject({
      verdict: 'inconclusive',
      cause: 'discards-later',
      sentence: expect.stringMatching(/^The host got 2\.0 MiB back .* discards by itself, later/),
    });
  });

  it('behind a node that ignores discards is told that first', () => {
    expect(judge(trimmed({ ...later, nodes: IGNORE })).sentence).toContain('discard=ignore');
  });
});

describe('what is said of a filesystem is asked of its kind', () => {
  it.each([
    ['ext4', /ext4 does not send again block groups/],
    ['btrfs', /btrfs does not send again unallocated space/],
  ])('what stayed may be what %s keeps back', (kind, why) => {
    const given: Given = { filesystems: [on(kind)], hops: { reclaimedBytes: 600 * MIB }, trim: HOLDS };
    expect(judge(trimmed(given)).sentence).toMatch(why);
  });

  it.each(['xfs', 'vfat', 'exfat', 'ntfs3'])('%s keeps nothing back, and ext4 is not named', (kind) => {
    const given: Given = { filesystems: [on(kind)], hops: { reclaimedBytes: 600 * MIB }, trim: HOLDS };
    expect(judge(trimmed(given)).sentence).toMatch(/more stayed: it is in pieces too small\.$/);
  });

  it.each(['f2fs', 'nilfs2', 'bcachefs', 'zfs', 'jfs'])(
    'statfs of %s bounds nothing, or that is not known of it',
    (kind) => {
      const inventory = {
        takenAt: 0,
        filesystems: [on(kind, { devices: ['sda'] })],
        layers: [aLayer('sda')],
        disks: [aDisk({ name: 'sda', sizeBytes: 4 * GIB })],
        swaps: [],
        fstrimTimer: null,
        hasFstrim: null,
        unreached: null,
        facts: null,
      };
      expect(addUpUse(inventory, 'sda')).toBeNull();
      expect(judge(trimmed({ filesystems: [on(kind)], hops: NOTHING_SENT }))).toMatchObject({
        verdict: 'inconclusive',
        sentence: expect.stringContaining(`what statfs says of ${kind} bounds nothing`),
      });
    },
  );

  it('of a kind that nobody knows it is said so', () => {
    expect(habitsOf('jfs')).toBeNull();
    expect(judge(trimmed({ filesystems: [on('jfs')], hops: NOTHING_SENT })).sentence).toContain(
      'whether jfs sends again what it has sent before is not known',
    );
  });
});

const DISK_RESULT = {
  device: 'sda',
  image: '/images/a.img',
  matchedBy: 'serial',
  hops: trimmed(BTRFS_STALE).trim.hops,
  slack: null,
  writtenBytes: 0,
  allocationBytes: { before: 1, after: 1 },
  contradictions: [],
  gaps: [],
};
