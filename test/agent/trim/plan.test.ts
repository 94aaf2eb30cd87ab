import { describe, expect, it } from 'vitest';
import { planTrim } from '../../../agent/src/trim/plan.ts';
import { SAMPLE_INVENTORY } from '../support/sample-inventory.ts';

const plan = (mounts: readonly string[] | null, inventory = SAMPLE_INVENTORY) => planTrim({ inventory, mounts });

describe('the plan of a trim', () => {
  it('takes every filesystem without an obstacle when none is named', () => {
    const planned = plan(null);
    expect(planned).toMatchObject({ kind: 'planned' });
    if (planned.kind !== 'planned') return;
    expect(planned.plan.filesystems.map(({ mount }) => mount)).toEqual(['/', '/srv', '/home']);
    expect([...planned.plan.layers].sort()).toEqual(['dm-0', 'dm-1', 'sda', 'sda1', 'sda2', 'sdb']);
  });

  it('follows the layers down to all disks', () => {
    const planned = plan(['/srv']);
    expect(planned).toEqual({
      kind: 'planned',
      plan: {
        filesystems: [{ mount: '/srv', kind: 'ext4', disks: ['sdb', 'sda'], isHolder: false, again: null }],
        layers: ['dm-0', 'sda2', 'sdb', 'sda'],
      },
    });
  });

  it('trims a filesystem once, though it is named by two of its mounts', () => {
    const planned = plan(['/var/srv', '/srv']);
    expect(planned.kind === 'planned' && planned.plan.filesystems.map(({ mount }) => mount)).toEqual(['/srv']);
  });

  it.each([['/nope'], ['/srv/inside'], ['--all'], ['/;reboot']])('refuses %s, which it never announced', (mount) => {
    expect(plan(['/srv', mount])).toMatchObject({
      kind: 'refused',
      problem: { code: 'unknown-mount', subject: mount },
    });
  });

  it('passes on why a filesystem cannot be trimmed', () => {
    expect(plan(['/cd'])).toEqual({
      kind: 'refused',
      problem: {
        code: 'not-trimmable',
        operation: 'trim',
        subject: '/cd',
        cause: 'it is mounted read-only',
        hint: 'Mount it read-write.',
      },
    });
  });

  describe('tries a filesystem although a layer below it takes no discards', () => {
    const obstacle = { code: 'no-discard', sentence: 'sdb accepts no discards', hint: null } as const;
    const [root, srv] = SAMPLE_INVENTORY.filesystems;
    if (root === undefined || srv === undefined) throw new Error('no filesystems');
    const deaf = { ...SAMPLE_INVENTORY, filesystems: [root, { ...srv, obstacle }] };
    const mountsOf = (mounts: readonly string[] | null, inventory = deaf) => {
      const planned = plan(mounts, inventory);
      return planned.kind === 'planned' ? planned.plan.filesystems.map(({ mount }) => mount) : planned.problem;
    };

    it('when it is asked for, and when all are', () => {
      expect(mountsOf(['/srv'])).toEqual(['/srv']);
      expect(mountsOf(null)).toEqual(['/', '/srv']);
    });

    it('also when there is nothing else', () => {
      expect(mountsOf(null, { ...deaf, filesystems: [{ ...srv, obstacle }] })).toEqual(['/srv']);
    });
  });

  describe('with filesystems in files of others', () => {
    const [root, srv, home] = SAMPLE_INVENTORY.filesystems;
    const [disk] = SAMPLE_INVENTORY.disks;
    const [layer] = SAMPLE_INVENTORY.layers;
    if (root === undefined || srv === undefined || home === undefined || disk === undefined || layer === undefined)
      throw new Error('no filesystems');
    /** Each a filesystem on a loop device, and the mount that holds its file. */
    const nest = (holders: Readonly<Record<string, string | null>>) => {
      const inside = Object.entries(holders).map(([mount, holder], index) => ({ mount, holder, name: `loop${index}` }));
      return {
        ...SAMPLE_INVENTORY,
        filesystems: [...[root, srv], ...inside.map(({ mount, name }) => ({ ...root, mount, devices: [name] }))],
        layers: [
          ...SAMPLE_INVENTORY.layers,
          ...inside.map(({ name }) => ({ ...layer, name, kind: 'loop' as const, below: [] })),
        ],
        disks: [
          ...SAMPLE_INVENTORY.disks,
          ...inside.map(({ name, holder }) => ({ ...disk, name, backingFile: '/f', backingMount: holder })),
        ],
      };
    };
    const order = (inventory: typeof SAMPLE_INVENTORY, mounts: readonly string[] | null = null) => {
      const planned = plan(mounts, inventory);
      if (planned.kind === 'refused') throw new Error(planned.problem.cause);
      return planned.plan.filesystems.map(({ mount, isHolder }) => (isHolder ? `${mount} synced` : mount));
    };

    it('trims these before what holds them, whatever their names', () => {
      expect(order(nest({ '/z': '/srv' }))).toEqual(['/', '/z', '/srv synced']);
      expect(order(nest({ '/z': '/' }))).toEqual(['/z', '/ synced', '/srv']);
    });

    it('goes from the innermost out', () => {
      expect(order(nest({ '/a': '/', '/b': '/a', '/c': '/b' }))).toEqual([
        '/c',
        '/b synced',
        '/a synced',
        '/ synced',
        '/srv',
      ]);
    });

    it('in the order in which they were asked for, too', () => {
      const inventory = nest({ '/z': '/srv' });
      expect(order(inventory, ['/srv', '/z'])).toEqual(['/z', '/srv synced']);
      expect(order(inventory, ['/z'])).toEqual(['/z']);
      expect(order(inventory, ['/srv'])).toEqual(['/srv']);
    });

    it('leaves the order where nobody says who holds the file', () => {
      expect(order(nest({ '/z': null }))).toEqual(['/', '/srv', '/z']);
    });

    it('ends where an inventory has them in a circle', () => {
      expect(order(nest({ '/a': '/b', '/b': '/a' })).toSorted()).toEqual(['/', '/a synced', '/b synced', '/srv']);
      expect(order(nest({ '/a': '/a' }))).toEqual(['/', '/srv', '/a']);
    });
  });

  it('says so when nothing can be trimmed, and why', () => {
    const filesystems = SAMPLE_INVENTORY.filesystems.filter(({ obstacle }) => obstacle !== null);
    expect(plan(null, { ...SAMPLE_INVENTORY, filesystems })).toMatchObject({
      kind: 'refused',
      problem: { code: 'nothing-to-trim', hint: '/cd: it is mounted read-only' },
    });
  });
});
