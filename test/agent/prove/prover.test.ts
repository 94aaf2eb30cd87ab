import type { FromGuest, Inventory, Prove } from '@trimtab/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DiskRead } from '../../../agent/src/ports/disk-reader.ts';
import { createProver } from '../../../agent/src/prove/prover.ts';
import { INVENTORY, PROOF_ID } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

const PROVE: Prove = { type: 'prove', proofId: PROOF_ID, disk: 'sda', units: [3, 17, 1] };

let said: FromGuest[];
let read: DiskRead[];
let clock: ReturnType<typeof createTestClock>;

beforeEach(() => {
  said = [];
  read = [];
  clock = createTestClock();
});

function prover({
  inventory = INVENTORY,
  readDisk = async () => {},
}: {
  inventory?: Inventory | null;
  readDisk?: () => Promise<void>;
} = {}) {
  return createProver({
    lastInventory: () => inventory,
    readDisk: async (asked) => {
      read.push(asked);
      await readDisk();
    },
    say: (message) => said.push(message),
    clock,
  });
}

const refusal = (code: string) => [{ type: 'problem', about: PROOF_ID, problem: expect.objectContaining({ code }) }];
const withDisk = (change: Partial<Inventory['disks'][number]>): Inventory => ({
  ...INVENTORY,
  disks: INVENTORY.disks.map((disk) => ({ ...disk, ...change })),
});

it('reads the pattern in bytes and says that it did, and nothing of what it read', async () => {
  await prover().prove(PROVE);
  expect(read).toEqual([{ name: 'sda', lengthsBytes: [12_288, 69_632, 4096] }]);
  expect(said).toEqual([{ type: 'proved', proofId: PROOF_ID }]);
});

describe('refuses, and reads nothing', () => {
  it.each([
    ['a disk that it never announced', 'unknown-disk', { ...PROVE, disk: 'sdb' }, INVENTORY],
    ['a path for a name', 'unknown-disk', { ...PROVE, disk: '../etc/shadow' }, INVENTORY],
    ['a partition: it is no disk of the inventory', 'unknown-disk', { ...PROVE, disk: 'sda1' }, INVENTORY],
    ['any disk before it announced one', 'unknown-disk', PROVE, null],
    ['a loop device', 'not-a-disk', PROVE, withDisk({ driver: 'loop', backingFile: '/a.raw' })],
    ['a disk smaller than the pattern', 'too-small', PROVE, withDisk({ sizeBytes: 20 * 4096 })],
  ] as const)('%s', async (_, code, message, inventory) => {
    await prover({ inventory }).prove({ ...message, units: [...message.units] });
    expect(read).toEqual([]);
    expect(said).toEqual(refusal(code));
  });

  it('a second proof while one is read', async () => {
    const gate = Promise.withResolvers<void>();
    const { prove } = prover({ readDisk: () => gate.promise });
    const first = prove(PROVE);
    await prove(PROVE);
    expect(said).toEqual(refusal('busy'));
    gate.resolve();
    await first;
    expect(read).toHaveLength(1);
  });

  it('a proof less than a second after the last, however that ended', async () => {
    const { prove } = prover({
      readDisk: async () => {
        throw new Error('EIO: i/o error');
      },
    });
    await prove(PROVE);
    clock.advance(999);
    await prove(PROVE);
    clock.advance(1);
    await prove(PROVE);
    expect(read).toHaveLength(2);
    expect(said).toEqual([...refusal('unreadable'), ...refusal('too-soon'), ...refusal('unreadable')]);
  });
});

it('says why a disk could not be read', async () => {
  await prover({
    readDisk: async () => {
      throw new Error('EIO: i/o error');
    },
  }).prove(PROVE);
  expect(said).toMatchObject([{ problem: { code: 'unreadable', subject: 'sda', cause: 'EIO: i/o error' } }]);
});
