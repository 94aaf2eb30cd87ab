import { fromGuestCodec, MOST_HOLDERS, MOST_UNREACHED, type Unreached } from '@trimtab/protocol';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { INVENTORY } from './example-messages.ts';

const sent = (unreached: unknown) =>
  fromGuestCodec.decode(
    new Packr({ useRecords: false }).pack({ type: 'inventory', inventory: { ...INVENTORY, unreached } }),
  );

const range: Unreached = { type: 'free-range', disks: ['sda'], path: '/dev/sda', bytes: 1, offsetBytes: 0 };
const holder = { pid: 123, process: 'sleep', bytes: 1 };
const deleted: Unreached = {
  type: 'deleted-files',
  mount: '/data',
  bytes: 1,
  files: 1,
  holders: [holder],
  isWhole: true,
};

describe('what a trim does not reach, on the wire', () => {
  it('is not told by an agent that does not know of it', () => {
    const { unreached: _, ...older } = INVENTORY;
    const frame = new Packr({ useRecords: false }).pack({ type: 'inventory', inventory: older });
    expect(fromGuestCodec.decode(frame)).toEqual({
      kind: 'message',
      message: { type: 'inventory', inventory: INVENTORY },
    });
    expect(INVENTORY.unreached).toBeNull();
  });

  it('has as many entries as there may be', () => {
    expect(sent(Array(MOST_UNREACHED).fill(range))).toMatchObject({ kind: 'message' });
    expect(sent([{ ...deleted, holders: Array(MOST_HOLDERS).fill(holder) }])).toMatchObject({ kind: 'message' });
  });

  it.each([
    ['unreached', Array(MOST_UNREACHED + 1).fill(range)],
    ['unreached.0.type', [{ ...range, type: 'somewhere' }]],
    ['unreached.0.bytes', [{ ...range, bytes: -1 }]],
    ['unreached.0.path', [{ ...range, path: 'x'.repeat(2001) }]],
    ['unreached.0.disks', [{ ...range, disks: Array(257).fill('sda') }]],
    ['unreached.0.mount', [{ ...deleted, mount: 'data' }]],
    ['unreached.0.holders', [{ ...deleted, holders: Array(MOST_HOLDERS + 1).fill(holder) }]],
    ['unreached.0.holders.0.pid', [{ ...deleted, holders: [{ ...holder, pid: 0 }] }]],
    ['unreached.0.holders.0.process', [{ ...deleted, holders: [{ ...holder, process: 'x'.repeat(257) }] }]],
  ])('refuses a bad %s', (place, unreached) => {
    expect(sent(unreached)).toMatchObject({ kind: 'bad-frame', reason: expect.stringContaining(place) });
  });
});
