import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FromGuest, fromGuestCodec, type Inventory } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { MOST_SHARED, toCompact, toKept } from '../../../collector/src/link/compact.ts';
import { guestWith } from '../../protocol/causes/guest-with.ts';

const KEPT = 500;

const names = ['/', '/boot', '/home', '/srv/of-the-database', '/tmp', '/var'];
const said: Extract<FromGuest, { type: 'inventory' }> = {
  type: 'inventory',
  inventory: guestWith({
    filesystems: names.map((mount) => ({ mount, source: '/dev/mapper/vg-volume', devices: ['sda1'] })),
    layers: [{ name: 'sda' }, ...names.map((_, index) => ({ name: `sda${index}`, below: ['sda'] }))],
  }),
};
const frame = fromGuestCodec.encode(said);

function decode(): FromGuest {
  const decoded = fromGuestCodec.decode(frame);
  return decoded.kind === 'message' ? decoded.message : expect.fail(decoded.reason);
}

/** What is in use once nothing but that is left, a function that exists only in contexts made after the flag. */
function readHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return getHeapStatistics().used_heap_size;
}

function measure(make: () => FromGuest): number {
  const before = readHeap();
  const kept = Array.from({ length: KEPT }, make);
  const bytes = readHeap() - before;
  expect(kept).toHaveLength(KEPT);
  return bytes / KEPT;
}

it('what is kept of a frame takes half of what the codec makes of it, and says the same', () => {
  expect(toCompact(decode())).toEqual(said);
  // Whatever is compiled or cached at the first time.
  measure(decode);
  const [whole, compact] = [measure(decode), measure(() => toCompact(decode()))];
  expect(compact).toBeLessThan(0.6 * whole);
});

it('what guests say alike is kept once, however many others come between, and none gets what another said', () => {
  const keep = (inventory: Inventory) => toKept({ inventory }, frame.length);
  const [one, other] = [keep(structuredClone(said.inventory)), keep(structuredClone(said.inventory))];
  expect(other).toEqual(said.inventory);
  for (const [index, layer] of other.layers.entries()) {
    expect(layer.discard).toBe(one.layers[index]?.discard);
    expect(layer.below).toBe(one.layers[index]?.below);
    expect(layer).not.toBe(one.layers[index]);
  }
  for (let index = 0; index < MOST_SHARED + 10; index += 1) {
    const own = {
      ...said.inventory,
      filesystems: said.inventory.filesystems.map((each) => ({ ...each, devices: [`sd${index}`] })),
    };
    expect(keep(own)).toEqual(own);
  }
  expect(keep(structuredClone(said.inventory))).toEqual(said.inventory);
});
