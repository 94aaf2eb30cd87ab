import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../agent/src/probe/mountinfo.ts';
import { selectReachable } from '../../../agent/src/probe/reachable-mounts.ts';
import { groupBySuperblock } from '../../../agent/src/probe/superblocks.ts';

const ROOT = '27 1 254:0 / / rw - ext4 /dev/vda rw';

function parse(...lines: string[]) {
  return parseMountinfo({ text: lines.join('\n') });
}

function reach(...lines: string[]): string[] {
  return selectReachable({ mounts: parse(...lines) }).map(({ id, mountPoint }) => `${id} ${mountPoint}`);
}

function speak(...lines: string[]): string[] {
  return groupBySuperblock({ mounts: parse(...lines) }).map(
    ({ speaker, alsoMountedAt }) => `${speaker.mountPoint} (${alsoMountedAt.join(' ')})`,
  );
}

describe('selectReachable', () => {
  it('leaves out a mount under a later one on the same point', () => {
    expect(reach(ROOT, '30 27 8:0 / /a rw - xfs /dev/sda rw', '31 30 8:16 / /a rw - xfs /dev/sdb rw')).toEqual([
      '27 /',
      '31 /a',
    ]);
  });

  it('leaves out what lies in a folder that a later mount covers, whatever the order of the lines', () => {
    const inside = '30 27 8:0 / /a/b rw - xfs /dev/sda rw';
    const cover = '31 27 8:16 / /a rw - xfs /dev/sdb rw';
    expect(reach(ROOT, inside, cover)).toEqual(['27 /', '31 /a']);
    expect(reach(cover, ROOT, inside)).toEqual(['31 /a', '27 /']);
  });

  it('is not misled by a mount that is hidden itself', () => {
    expect(
      reach(
        ROOT,
        '30 27 8:0 / /a rw - xfs /dev/sda rw',
        '31 30 8:16 / /a/x rw - xfs /dev/sdb rw',
        '32 30 8:32 / /a rw - xfs /dev/sdc rw',
        '33 32 8:48 / /a/x rw - xfs /dev/sdd rw',
      ),
    ).toEqual(['27 /', '32 /a', '33 /a/x']);
  });

  it('steps onto the topmost root, as after switch_root', () => {
    expect(reach('1 1 0:2 / / rw - rootfs rootfs rw', '27 1 254:0 / / rw - ext4 /dev/vda rw')).toEqual(['27 /']);
  });

  it('keeps mounts whose parents it cannot see, as in a chroot', () => {
    expect(reach('30 27 8:0 / /a rw - xfs /dev/sda rw', '31 28 8:16 / /b rw - xfs /dev/sdb rw')).toEqual([
      '30 /a',
      '31 /b',
    ]);
  });

  it('ends when mounts stand on each other in a circle', () => {
    expect(reach('91 92 8:0 / /a rw - xfs /dev/sda rw', '92 91 8:16 / /a rw - xfs /dev/sdb rw', ROOT)).toEqual([
      '27 /',
    ]);
  });
});

describe('groupBySuperblock', () => {
  it('prefers read-write to read-only, then the root, then the shortest path, then the first', () => {
    expect(speak('1 0 8:0 / /a ro - xfs s rw', '2 0 8:0 /x /longer rw - xfs s rw')).toEqual(['/longer (/a)']);
    expect(speak('1 0 8:0 /x /a rw - xfs s rw', '2 0 8:0 / /longer rw - xfs s rw')).toEqual(['/longer (/a)']);
    expect(speak('1 0 8:0 / /longer rw - xfs s rw', '2 0 8:0 / /a rw - xfs s rw')).toEqual(['/a (/longer)']);
    expect(speak('1 0 8:0 /y /b rw - xfs s rw', '2 0 8:0 /x /a rw - xfs s rw')).toEqual(['/b (/a)']);
  });

  it('names no mount point twice', () => {
    expect(speak('1 0 8:0 / /a rw - xfs s rw', '2 0 8:0 / /a rw - xfs s rw', '3 0 8:0 / /bb rw - xfs s rw')).toEqual([
      '/a (/bb)',
    ]);
  });
});
