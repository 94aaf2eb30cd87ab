import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE_CODES, type FromGuest } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UPGRADE_TIMEOUT_MS } from '../../../collector/src/io/agents/arrivals.ts';
import { SETTINGS } from '../../../collector/src/settings.ts';
import { says } from '../../collector/link/links-under-test.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { connectSilently } from '../../support/programs/silent-connection.ts';
import { greet, type Stranger, strangerAddress } from '../../support/programs/stranger.ts';
import { nameSeeds, seedsFor } from '../../support/seeds.ts';

// A real collector, many connections of strangers, and one guest that this host knows.
const seeds = seedsFor({ suite: 1 });
/** `npm test` tries a sample of what the soak does. */
const isSoak = process.env.TRIMTAB_SOAK_SEEDS !== undefined;
const CONNECTIONS = isSoak ? 10_000 : 1_000;
const GREETINGS = isSoak ? 10_000 : 600;
const GREETED_A_SECOND = 2_000;

const ANNOUNCED = isSoak ? 500 : 64;
/** A frame of a megabyte, full of names, takes a third of a second. */
vi.setConfig({ testTimeout: isSoak ? 600_000 : 120_000 });

/**
 * All that the collector may keep, in MiB, whoever comes: with more, Node ends it. Eight of the largest inventories are
 * 50 MiB on the heap; if all were kept, each would be 6 MiB.
 */
const HEAP_MIB = 256;

const KNOWN = '11111111-2222-4333-8444-000000000001';

let directory: string;
let collector: CollectorUnderTest;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-crowd-'));
  const guest = JSON.stringify([{ name: 'known', uuid: KNOWN, disk: [{ image: `${directory}/known.raw` }] }]);
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
  collector = await startCollectorProgram({ directory, args: ['--guest', guest], env });
});

afterEach(async () => {
  await collector.program.stop();
  await rm(directory, { recursive: true, force: true });
});

it(`${CONNECTIONS} connections that say nothing keep no known guest out, and are gone after some seconds (${nameSeeds(seeds)})`, async () => {
  const silent: Socket[] = [];
  let open = 0;
  for (let count = 0; count < CONNECTIONS; count += 1) {
    const socket = connectSilently({ port: collector.agentPort, localAddress: strangerAddress(count) });
    socket.once('connect', () => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
    });
    silent.push(socket);
    // Not faster than the kernel's line of connections is taken up.
    if (count % 100 === 99) await once(socket, 'connect');
  }
  const known = await greetHere({ productUuid: KNOWN });
  expect(known.closed()).toBeNull();
  expect((await collector.guests()).guests.find(({ name }) => name === 'known')?.agent?.connected).toBe(true);
  await expect.poll(() => open, { timeout: 4 * UPGRADE_TIMEOUT_MS }).toBe(0);
  expect(known.closed()).toBeNull();
  expect(collector.program.hasEnded()).toBe(false);
  for (const socket of silent) socket.destroy();
  known.end();
});

it(`${GREETINGS} greetings of strangers keep no known guest out, and few are stored (${nameSeeds(seeds)})`, async () => {
  const codes = new Map<number, number>();
  const startedMs = performance.now();
  const strangers: Promise<void>[] = [];
  let known: Stranger | null = null;
  for (let count = 0; count < GREETINGS; count += 1) {
    strangers.push(
      greetHere({ productUuid: randomUUID(), hostname: `stranger-${count}` }).then((stranger) => {
        const code = stranger.closed()?.code ?? 0;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        stranger.end();
      }),
    );
    if (count === GREETINGS / 2) known = await comeAsAgent();
    const dueMs = startedMs + (count / GREETED_A_SECOND) * 1_000;
    if (count % 50 === 49) await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
  await Promise.all(strangers);
  expect(known?.closed()).toBeNull();
  const { guests } = await collector.guests();
  expect(guests.find(({ name }) => name === 'known')?.agent?.connected).toBe(true);
  const stored = guests.filter(({ name }) => name.startsWith('stranger-'));
  const welcomed = codes.get(0) ?? 0;
  expect([...codes.keys()].filter((code) => ![0, CLOSE_CODES.tryLater, CUT].includes(code))).toEqual([]);
  const minutes = (performance.now() - startedMs) / 60_000;
  const most = Number(SETTINGS.strangersPerAddress.default) * (1 + minutes) + 1;
  expect(welcomed).toBeGreaterThan(0);
  expect(welcomed).toBeLessThanOrEqual(most);
  expect(stored.length).toBeLessThanOrEqual(most);
  // The log has the guests that came and went, and one line for all that did not.
  expect(collector.program.output().split('"agents are turned away"').length - 1).toBeLessThanOrEqual(1 + minutes);
  expect(collector.program.hasEnded()).toBe(false);
  known?.end();
});

it(`${ANNOUNCED} strangers with the largest inventories there can be fill no memory, and a known guest keeps its own (${nameSeeds(seeds)})`, async () => {
  const known = await greetHere({ productUuid: KNOWN });
  known.send(says('inventory'));
  const mounts = Array.from({ length: 3_900 }, (_, index) => `/${index.toString(36)}`);
  const inventory = { ...says('inventory').inventory };
  const [filesystem] = inventory.filesystems;
  if (filesystem === undefined) throw new Error('no filesystem');
  const filesystems = Array.from({ length: 48 }, (_, index) => ({
    ...filesystem,
    mount: `/${index}`,
    alsoMountedAt: mounts,
    devices: [],
  }));
  const large: FromGuest = { type: 'inventory', inventory: { ...inventory, filesystems, disks: [], layers: [] } };
  const strangers: Stranger[] = [];
  for (let count = 0; count < ANNOUNCED; count += 1) {
    const stranger = await greetHere({ productUuid: randomUUID(), localAddress: strangerAddress(count) });
    stranger.send(large);
    strangers.push(stranger);
  }
  const last = strangers.at(-1);
  await last?.ended;
  expect(last?.closed()).toEqual({
    code: CLOSE_CODES.tryLater,
    reason: 'the inventories of guests that this host does not know are too large together',
  });
  const { guests } = await collector.guests();
  const withInventory = guests.filter(({ inventory: kept }) => kept !== null).map(({ name }) => name);
  expect(withInventory).toContain('known');
  expect(withInventory.length).toBeLessThan(12);
  expect(collector.program.hasEnded()).toBe(false);
  for (const stranger of strangers) stranger.end();
  known.end();
});

/**
 * It has the address of the strangers, and before it has said who it is it is one of those that may be cut for a newer
 * one: as an agent does, it comes again.
 */
async function comeAsAgent(): Promise<Stranger> {
  for (;;) {
    const known = await greetHere({ productUuid: KNOWN });
    if (known.closed() === null) return known;
  }
}

/** Cut without a close frame, before it had said who it is. */
const CUT = 1006;

function greetHere(who: Omit<Parameters<typeof greet>[0], 'port'>): Promise<Stranger> {
  return greet({ port: collector.agentPort, ...who });
}
