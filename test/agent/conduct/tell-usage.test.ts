import { type FromGuest, type Inventory, MOST_USAGES } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { ANSWER_MS, createUsageTeller, USAGE_EVERY_MS } from '../../../agent/src/conduct/tell-usage.ts';
import type { Space } from '../../../agent/src/ports/kernel-files.ts';
import { INVENTORY } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

const [FILESYSTEM] = INVENTORY.filesystems;
const quiet = () => new Promise((resolve) => setImmediate(resolve));
const SPACE: Space = { sizeBytes: 100, usedBytes: 40, blockBytes: 4096 };
const guestOf = (productUuid: string) => ({ hostname: 'web', productUuid, machineId: null, bootId: null });

function having(...mounts: readonly string[]): Inventory {
  if (FILESYSTEM === undefined) throw new Error('no filesystem');
  return { ...INVENTORY, filesystems: mounts.map((mount) => ({ ...FILESYSTEM, mount })) };
}

function scene({
  inventory = having('/', '/srv'),
  uuid = 'a',
  space = async (_: string): Promise<Space | null> => SPACE,
  told = (): Inventory | null => inventory,
} = {}) {
  const clock = createTestClock();
  const said: FromGuest[] = [];
  const asked: string[] = [];
  const usage = createUsageTeller({
    files: {
      space(mount) {
        asked.push(mount);
        return space(mount);
      },
    },
    guest: guestOf(uuid),
    told,
    say: (message) => said.push(message),
    clock,
  });
  const pings = async (count: number) => {
    for (let ping = 0; ping < count; ping += 1) {
      clock.advance(15_000);
      usage.pinged();
      await quiet();
    }
  };
  return { clock, said, asked, usage, pings };
}

const PINGS_A_STEP = USAGE_EVERY_MS / 15_000;

it('every 15 minutes the host is told what each filesystem holds, at a ping of its own', async () => {
  const { said, usage, pings } = scene();
  usage.linkUp(3);
  await pings(3 * PINGS_A_STEP);
  const filesystems = ['/', '/srv'].map((mount) => ({ mount, usedBytes: 40, totalBytes: 100 }));
  expect(said).toEqual(Array.from({ length: 3 }, () => ({ type: 'usage', filesystems })));
});

it('a host of an older version is never told', async () => {
  const { said, asked, usage, pings } = scene();
  await pings(PINGS_A_STEP);
  usage.linkUp(2);
  await pings(2 * PINGS_A_STEP);
  expect({ said, asked }).toEqual({ said: [], asked: [] });
});

it('guests that were started together do not tell together, and one keeps its moment when it connects anew', async () => {
  const toMoment = async (uuid: string, early = 0) => {
    const { said, usage, pings } = scene({ uuid });
    await pings(early);
    usage.linkUp(3);
    for (let ping = early; ping < 2 * PINGS_A_STEP; ping += 1) {
      await pings(1);
      if (said.length > 0) return ping % PINGS_A_STEP;
    }
    return -1;
  };
  const moments = await Promise.all(Array.from({ length: 40 }, (_, index) => toMoment(`guest-${index}`)));
  expect(new Set(moments).size).toBeGreaterThan(20);
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(0);
  expect(await toMoment('guest-7', 1)).toBe(moments[7]);
});

it('a filesystem that hangs is left out, and not asked again while it does', async () => {
  const answers: ((space: Space) => void)[] = [];
  const space = (mount: string) =>
    mount === '/srv' ? new Promise<Space>((resolve) => answers.push(resolve)) : Promise.resolve(SPACE);
  const { clock, said, usage, pings } = scene({ space });
  usage.linkUp(3);
  await pings(PINGS_A_STEP);
  clock.advance(ANSWER_MS);
  await quiet();
  await pings(2 * PINGS_A_STEP);
  const mounts = () =>
    said.map((message) => (message.type === 'usage' ? message.filesystems.map((one) => one.mount) : []));
  expect(answers).toHaveLength(1);
  expect(mounts()).toEqual([['/'], ['/'], ['/']]);
  answers[0]?.(SPACE);
  await quiet();
  await pings(PINGS_A_STEP);
  expect(answers).toHaveLength(2);
});

it('of a network’s nothing is asked, and of too many the largest are told', async () => {
  if (FILESYSTEM === undefined) throw new Error('no filesystem');
  const many = Array.from({ length: MOST_USAGES + 10 }, (_, index) => `/mnt/${index}`);
  const inventory = having(...many, '/nfs');
  const filesystems = inventory.filesystems.map((one, index) => ({
    ...one,
    sizeBytes: index,
    devices: one.mount === '/nfs' ? [] : one.devices,
  }));
  const { asked, usage, pings } = scene({ inventory: { ...inventory, filesystems } });
  usage.linkUp(3);
  await pings(PINGS_A_STEP);
  expect(asked).toHaveLength(MOST_USAGES);
  expect(asked).not.toContain('/nfs');
  expect(asked).not.toContain('/mnt/0');
});

it('of the squashfs of a snap, which is always full, nothing is told', async () => {
  const inventory = having('/', '/snap/core22/1122');
  const filesystems = inventory.filesystems.map((one) =>
    one.mount === '/'
      ? one
      : { ...one, kind: 'squashfs', obstacle: { code: 'no-fitrim' as const, sentence: '', hint: null } },
  );
  const { asked, usage, pings } = scene({ inventory: { ...inventory, filesystems } });
  usage.linkUp(3);
  await pings(PINGS_A_STEP);
  expect(asked).toEqual(['/']);
});

it('what was measured on one connection is not said on the next before its inventory is', async () => {
  let told: Inventory | null = having('/');
  let answer = (_: Space) => {};
  const space = () => new Promise<Space>((resolve) => (answer = resolve));
  const { said, asked, usage, pings } = scene({ space, told: () => told });
  usage.linkUp(3);
  while (asked.length === 0) await pings(1);
  told = null;
  usage.linkUp(3);
  answer(SPACE);
  await quiet();
  expect(said).toEqual([]);
});
