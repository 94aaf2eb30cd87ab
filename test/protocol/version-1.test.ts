import { fromGuestCodec, LIST_LIMIT } from '@trimtab/protocol';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { INVENTORY, REPORT } from './example-messages.ts';

const pack = (value: unknown) => new Packr({ useRecords: false }).pack(value);

/** Without the fields that version 2 brought: what an agent of version 1 sends. */
function without<T extends object>(value: T, ...fields: string[]): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key))) as Partial<T>;
}

describe('an agent of version 1', () => {
  it('sends an inventory without what causes are told by, and it reads as not known', () => {
    const old = {
      ...without(INVENTORY, 'swaps', 'fstrimTimer'),
      filesystems: INVENTORY.filesystems.map((each) => without(each, 'blockBytes', 'inFstab')),
      layers: INVENTORY.layers.map((each) => without(each, 'mapperUuid', 'thinDiscards')),
      disks: INVENTORY.disks.map((each) => without(each, 'provisioningMode')),
    };
    expect(fromGuestCodec.decode(pack({ type: 'inventory', inventory: old }))).toEqual({
      kind: 'message',
      message: {
        type: 'inventory',
        inventory: {
          ...INVENTORY,
          filesystems: INVENTORY.filesystems.map((each) => ({ ...each, blockBytes: null, inFstab: null })),
          layers: INVENTORY.layers.map((each) => ({ ...each, mapperUuid: null, thinDiscards: null })),
          disks: INVENTORY.disks.map((each) => ({ ...each, provisioningMode: null })),
          swaps: [],
          fstrimTimer: null,
        },
      },
    });
  });

  it('sends a report in which nothing was discarded again', () => {
    const old = { ...REPORT, filesystems: REPORT.filesystems.map((each) => without(each, 'again')) };
    expect(fromGuestCodec.decode(pack({ type: 'report', report: old }))).toEqual({
      kind: 'message',
      message: { type: 'report', report: REPORT },
    });
  });
});

describe('what version 2 brought has bounds too', () => {
  const swap = { device: 'sdb', sizeBytes: 1, usedBytes: 0 };
  const inventory = (more: object) => pack({ type: 'inventory', inventory: { ...INVENTORY, ...more } });

  it('takes as many swap areas as filesystems', () => {
    expect(fromGuestCodec.decode(inventory({ swaps: Array(LIST_LIMIT).fill(swap) }))).toMatchObject({
      kind: 'message',
    });
  });

  it.each([
    ['swaps', { swaps: Array(LIST_LIMIT + 1).fill(swap) }],
    ['swaps.0.device', { swaps: [{ ...swap, device: '' }] }],
    ['swaps.0.usedBytes', { swaps: [{ ...swap, usedBytes: -1 }] }],
    ['fstrimTimer', { fstrimTimer: 'masked' }],
    ['layers.0.mapperUuid', { layers: [{ ...INVENTORY.layers[0], mapperUuid: 'x'.repeat(257) }] }],
    ['layers.0.thinDiscards', { layers: [{ ...INVENTORY.layers[0], thinDiscards: 'sometimes' }] }],
    ['disks.0.provisioningMode', { disks: [{ ...INVENTORY.disks[0], provisioningMode: '' }] }],
    ['filesystems.0.blockBytes', { filesystems: [{ ...INVENTORY.filesystems[0], blockBytes: 0.5 }] }],
  ])('refuses a bad %s', (place, more) => {
    expect(fromGuestCodec.decode(inventory(more))).toMatchObject({
      kind: 'bad-frame',
      reason: expect.stringContaining(place),
    });
  });

  it('nests no deeper than before', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(fromGuestCodec.decode(inventory({ swaps: [nested(12)] }))).toEqual({
      kind: 'bad-frame',
      reason: expect.stringContaining('nested deeper'),
    });
  });
});
