import type { FromGuest, Inventory } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createAnnouncer } from '../../../agent/src/conduct/announce-inventory.ts';
import { INVENTORY } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

function announcing() {
  const clock = createTestClock();
  const said: FromGuest[] = [];
  const seen = {
    inventory: INVENTORY as Inventory,
    mark: 'sda',
    taken: 0,
    fail: false,
    searched: [] as string[],
    unreached: [] as Inventory['unreached'],
  };
  const announcer = createAnnouncer({
    takeInventory: async () => {
      if (seen.fail) throw new Error('gone while it was read');
      seen.taken += 1;
      return seen.inventory;
    },
    async findUnreached({ askedBy }) {
      seen.searched.push(askedBy);
      return seen.unreached;
    },
    readMark: () => seen.mark,
    readFacts: async () => null,
    bootId: null,
    say: (message) => said.push(message),
    clock,
    log: { info() {}, warn() {}, error() {} },
  });
  /** Fifteen seconds pass, and the host pings. */
  const ping = async () => {
    clock.advance(15_000);
    await announcer.pinged();
  };
  return { announcer, seen, said, ping, clock };
}

it('tells of a new disk or mount at the next ping, and takes no inventory while nothing changes', async () => {
  const { announcer, seen, said, ping } = announcing();
  await announcer.linkUp();
  expect({ taken: seen.taken, said: said.length }).toEqual({ taken: 1, said: 1 });
  await ping();
  await ping();
  expect(seen.taken).toBe(1);

  const [disk] = INVENTORY.disks;
  if (disk === undefined) throw new Error('no disk');
  seen.mark = 'sda sdb';
  seen.inventory = { ...INVENTORY, disks: [disk, { ...disk, name: 'sdb' }] };
  await ping();
  expect(said.at(-1)).toEqual({ type: 'inventory', inventory: seen.inventory });
  expect(said.at(-1)).toEqual({ type: 'inventory', inventory: announcer.told() });
});

it('takes the whole inventory every five minutes all the same: a size changes under the same name', async () => {
  const { announcer, seen, said, ping } = announcing();
  await announcer.linkUp();
  seen.inventory = { ...INVENTORY, disks: INVENTORY.disks.map((disk) => ({ ...disk, sizeBytes: 1 })) };
  for (let pings = 0; pings < 19; pings += 1) await ping();
  expect(seen.taken).toBe(1);
  await ping();
  expect(said).toHaveLength(2);
});

it('has told nothing to a collector that is away, and takes no more inventories', async () => {
  const { announcer, seen, ping } = announcing();
  await announcer.linkUp();
  announcer.linkDown();
  expect(announcer.told()).toBeNull();
  seen.mark = 'other';
  await ping();
  expect(seen.taken).toBe(1);
});

it('goes on after an inventory that could not be taken', async () => {
  const { announcer, seen, said, ping } = announcing();
  await announcer.linkUp();
  seen.fail = true;
  seen.mark = 'changed';
  await expect(ping()).rejects.toThrow('gone while it was read');
  seen.fail = false;
  seen.inventory = { ...INVENTORY, filesystems: [] };
  await ping();
  expect(said).toHaveLength(2);
});

it('asked to look, takes a new inventory and tells it though nothing changed, at most once a second', async () => {
  const { announcer, seen, said, clock } = announcing();
  await announcer.linkUp();
  clock.advance(1_000);
  await announcer.look();
  expect({ taken: seen.taken, said: said.length }).toEqual({ taken: 2, said: 2 });

  const before = seen.inventory;
  seen.inventory = { ...INVENTORY, filesystems: [] };
  clock.advance(999);
  await announcer.look();
  expect({ taken: seen.taken, last: said.at(-1) }).toEqual({
    taken: 2,
    last: { type: 'inventory', inventory: { ...before, unreached: [] } },
  });
  clock.advance(1);
  await announcer.look();
  expect(said.at(-1)).toEqual({ type: 'inventory', inventory: { ...seen.inventory, unreached: [] } });
  expect(said.at(-1)).toEqual({ type: 'inventory', inventory: announcer.told() });
});

it('looks for what no trim reaches when it is asked and before a trim, and keeps it in between', async () => {
  const { announcer, seen, said, ping, clock } = announcing();
  await announcer.linkUp();
  expect({ searched: seen.searched, told: announcer.told()?.unreached }).toEqual({ searched: [], told: null });

  seen.unreached = [{ type: 'snapshots', mount: '/data', count: 2 }];
  // The inventory is fresh, and nobody has searched yet.
  await announcer.look();
  expect({ searched: seen.searched, told: announcer.told()?.unreached }).toEqual({
    searched: ['host'],
    told: seen.unreached,
  });

  seen.mark = 'other';
  await ping();
  expect({ searched: seen.searched, told: announcer.told()?.unreached }).toEqual({
    searched: ['host'],
    told: seen.unreached,
  });
  const before = said.length;

  seen.unreached = [];
  clock.advance(1_000);
  expect((await announcer.announce()).unreached).toEqual([]);
  expect({ searched: seen.searched, said: said.length }).toEqual({ searched: ['host', 'trim'], said: before + 1 });
});

it('asked to look again at once, takes a new inventory all the same when a disk or mount came meanwhile', async () => {
  const { announcer, seen, said } = announcing();
  await announcer.linkUp();
  seen.mark = 'sda /mnt/new';
  seen.inventory = { ...INVENTORY, filesystems: [] };
  await announcer.look();
  expect(said.at(-1)).toEqual({ type: 'inventory', inventory: { ...seen.inventory, unreached: [] } });
});

it('answers no look message after the connection is gone', async () => {
  const { announcer, seen, said, clock } = announcing();
  await announcer.linkUp();
  announcer.linkDown();
  clock.advance(5_000);
  await announcer.look();
  expect({ taken: seen.taken, said: said.length }).toEqual({ taken: 1, said: 1 });
});
