import type { Inventory, TrimId, TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { planCure } from '../../../agent/src/trim/cure.ts';
import { SAMPLE_INVENTORY } from '../support/sample-inventory.ts';

const ID = '0b5ad9a2-8c5f-4d0e-9a43-1f2f6c1d7a10' as TrimId;

/** The last trim: nothing new on `/` and `/srv`, something on `/home`. */
const LAST: TrimReport = {
  id: ID,
  trigger: 'scheduled',
  requestId: null,
  granted: true,
  startedAt: 1,
  durationMs: 1,
  layers: [],
  limitsAfter: [],
  filesystems: [
    result('/', 0),
    result('/srv', 0),
    result('/home', 4096),
    { ...result('/cd', 0), outcome: { status: 'unsupported', message: 'no', hint: null } },
  ],
};

function result(mount: string, trimmedBytes: number): TrimReport['filesystems'][number] {
  const outcome = { status: 'done', trimmedBytes } as const;
  return { mount, kind: 'ext4', disks: ['sda'], durationMs: 1, outcome, again: false };
}

function plan(call: Partial<Parameters<typeof planCure>[0]> = {}) {
  const planned = planCure({ last: LAST, cures: ID, inventory: SAMPLE_INVENTORY, mounts: null, ...call });
  return planned.kind === 'planned'
    ? planned.plan.filesystems.map(({ mount, again }) => [mount, again?.minimumBytes, again?.obstacle ?? null])
    : planned.problem.code;
}

const withKind = (kind: string): Inventory => ({
  ...SAMPLE_INVENTORY,
  filesystems: SAMPLE_INVENTORY.filesystems.map((each) => ({ ...each, kind })),
});

describe('discarding again', () => {
  it('takes the ext4 filesystems of which the last trim said 0, with half a block group', () => {
    const half = 64 * 1024 ** 2;
    expect(plan()).toEqual([
      ['/', half, null],
      ['/srv', half, null],
    ]);
  });

  it('takes of them only what is asked for, by any of its mounts', () => {
    expect(plan({ mounts: ['/var/srv', '/home'] })).toMatchObject([['/srv', 67_108_864, null]]);
  });

  it.each([
    ['a trim that is not the last', { cures: '5f0f6f0e-57a4-4a0a-a3b5-0c1c5b0f9a11' as TrimId }],
    ['a trim that was a cure, was cured, or that an earlier agent did', { last: null }],
    ['a trim that found something everywhere', { last: { ...LAST, filesystems: [result('/', 4096)] } }],
    ['mounts that were not stale', { mounts: ['/home'] }],
    ['mounts that are none', { mounts: ['/nope'] }],
    ['another kind of filesystem that is mounted there by now', { inventory: withKind('xfs') }],
    ['a trim of xfs alone', { last: { ...LAST, filesystems: [{ ...result('/', 0), kind: 'xfs' }] } }],
  ])('refuses %s', (_, call) => {
    expect(plan(call)).toBe('nothing-to-cure');
  });

  it('cannot work where the device discards in pieces as large as that', () => {
    const layers = SAMPLE_INVENTORY.layers.map((layer) => ({
      ...layer,
      discard: { ...layer.discard, granularityBytes: 64 * 1024 ** 2 },
    }));
    expect(plan({ inventory: { ...SAMPLE_INVENTORY, layers }, mounts: ['/'] })).toMatchObject([
      ['/', 67_108_864, expect.stringContaining('sda1 discards in pieces of 67108864 bytes')],
    ]);
  });

  it('cannot work where the block size is not known', () => {
    const filesystems = SAMPLE_INVENTORY.filesystems.map((each) => ({ ...each, blockBytes: null }));
    expect(plan({ inventory: { ...SAMPLE_INVENTORY, filesystems }, mounts: ['/'] })).toMatchObject([
      ['/', 0, expect.stringContaining('block size')],
    ]);
  });
});
