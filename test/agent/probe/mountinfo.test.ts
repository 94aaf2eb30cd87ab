import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mount, parseMountinfo } from '../../../agent/src/probe/mountinfo.ts';

/** As the kernel writes it: mangle() and seq_escape() in fs/proc_namespace.c and fs/seq_file.c. */
function escapeField({ text, extra = '' }: { text: string; extra?: string }): string {
  const escaped = ` \t\n\\#${extra}`;
  return [...text]
    .map((char) => (escaped.includes(char) ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char))
    .join('');
}

function formatMount(mount: Mount, optional: readonly string[]): string {
  const options = (list: readonly string[]) =>
    list.map((option) => escapeField({ text: option, extra: ',' })).join(',');
  return [
    mount.id,
    mount.parentId,
    `${mount.major}:${mount.minor}`,
    escapeField({ text: mount.root }),
    escapeField({ text: mount.mountPoint }),
    options(mount.options),
    ...optional,
    '-',
    escapeField({ text: mount.kind }),
    escapeField({ text: mount.source }),
    options(mount.superOptions),
  ].join(' ');
}

const id = fc.nat({ max: 2 ** 31 - 1 });
const awkward = fc.string({ unit: fc.constantFrom(...' \t\n\\#,-/aé漢=0134'), maxLength: 20 });
const mounts: fc.Arbitrary<Mount> = fc.record({
  id,
  parentId: id,
  major: fc.nat({ max: 4095 }),
  minor: fc.nat({ max: 2 ** 20 - 1 }),
  root: awkward.map((text) => `/${text}`),
  mountPoint: awkward.map((text) => `/${text}`),
  options: fc.array(awkward, { minLength: 1, maxLength: 4 }),
  kind: awkward.filter((text) => text !== ''),
  source: awkward,
  superOptions: fc.array(awkward, { minLength: 1, maxLength: 4 }),
});
const optionalFields = fc.array(fc.constantFrom('shared:1', 'master:12', 'propagate_from:3', 'unbindable'), {
  maxLength: 4,
});

describe('parseMountinfo', () => {
  it('reads back what the kernel writes, whatever the names hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(mounts, optionalFields), { maxLength: 5 }), (list) => {
        const text = list.map(([mount, optional]) => `${formatMount(mount, optional)}\n`).join('');
        expect(parseMountinfo({ text })).toEqual(list.map(([mount]) => mount));
      }),
    );
  });

  it('never throws, and never makes a mount point that the wire refuses', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'01234567\\ -:/,\n\0rwx漢'), maxLength: 12 });
    const line = '27 1 254:0 / /a\\040b rw,relatime shared:1 - ext4 /dev/vda rw';
    const damaged = fc
      .tuple(fc.nat({ max: line.length }), fc.nat({ max: 8 }), noise)
      .map(([at, length, text]) => line.slice(0, at) + text + line.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        for (const mount of parseMountinfo({ text })) {
          expect(/^\/[^\0]*$/.test(mount.mountPoint) && mount.kind !== '').toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves out a line that is cut short at any place, and keeps the others', () => {
    const good = '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw';
    const cut = '30 27 254:16 / /data rw,relatime shared:2 - xfs /dev/vdb rw,noquota';
    for (let length = 0; length <= cut.indexOf('/dev/vdb'); length += 1) {
      const found = parseMountinfo({ text: `${cut.slice(0, length)}\n${good}\n` });
      expect(found.map(({ mountPoint }) => mountPoint)).toEqual(['/']);
    }
  });

  it('leaves out mounts that no path leads to', () => {
    expect(parseMountinfo({ text: '30 27 254:16 / (unreachable)/x rw - xfs /dev/vdb rw\n' })).toEqual([]);
  });
});
