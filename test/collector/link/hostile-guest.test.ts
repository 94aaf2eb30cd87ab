import { setImmediate } from 'node:timers/promises';
import { CLOSE_CODES, type FromGuest } from '@trimtab/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTES, FRAMES } from '../../../collector/src/link/frame-budget.ts';
import { GREETING_TIMEOUT_MS } from '../../../collector/src/link/session.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { FROM_GUEST, TRIM_ID } from '../../protocol/example-messages.ts';
import { hostileFrames } from '../../protocol/hostile-frames.ts';
import { seedsFor, underSeed } from '../../support/seeds.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const [hello, inventory, intent, started, progress, report] = (
  ['hello', 'inventory', 'intent', 'started', 'progress', 'report'] as const
).map(says);
/** Of a guest that names a key. */
const keyed = FROM_GUEST[0] as FromGuest;

describe('a session is closed with the code and the reason', () => {
  it.each([
    ['a random frame', [Uint8Array.of(0xc1)], CLOSE_CODES.badFrame, /not used on this wire/],
    ['a truncated frame', [encode(hello).subarray(0, 20)], CLOSE_CODES.badFrame, /truncated/],
    ['an unknown type', [Uint8Array.of(0x81, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa1, 0x78)], CLOSE_CODES.badFrame, /type/],
    ['anything before hello', [encode(inventory)], CLOSE_CODES.notGreeted, /inventory before hello/],
    ['hello twice', [encode(hello), encode(hello)], CLOSE_CODES.outOfOrder, /hello twice/],
    ['an intent before the inventory', [encode(hello), encode(intent)], CLOSE_CODES.outOfOrder, /before inventory/],
    ['a report before the inventory', [encode(hello), encode(report)], CLOSE_CODES.outOfOrder, /before inventory/],
    ['an intent twice', [hello, inventory, intent, intent].map(encode), CLOSE_CODES.outOfOrder, /already under way/],
    [
      'a start twice',
      [hello, inventory, intent, started, started].map(encode),
      CLOSE_CODES.outOfOrder,
      /started twice/,
    ],
    [
      'progress before the start',
      [hello, inventory, intent, progress].map(encode),
      CLOSE_CODES.outOfOrder,
      /before started/,
    ],
  ])('%s', async (_, frames, code, reason) => {
    const links = openLinks();
    const guest = links.connect();
    for (const frame of frames) await guest.send(frame);
    expect(guest.closed).toMatchObject({ code, reason: expect.stringMatching(reason) });
    expect(links.warnings).toContainEqual(expect.objectContaining({ code, reason: expect.stringMatching(reason) }));
    expect(links.links.guests()).toEqual([]);
  });

  it('a version nobody speaks: the reason names the end that is too old', async () => {
    const links = openLinks();
    const [oldAgent, newAgent] = [links.connect(), links.connect()];
    await oldAgent.send(encode({ ...says('hello'), versions: { oldest: 0, newest: 0 } }));
    await newAgent.send(encode({ ...says('hello'), versions: { oldest: 99, newest: 100 } }));
    expect(oldAgent.closed).toEqual({ code: CLOSE_CODES.version, reason: 'agent too old' });
    expect(newAgent.closed).toEqual({ code: CLOSE_CODES.version, reason: 'collector too old' });
  });

  it('no hello in time', () => {
    const links = openLinks();
    const guest = links.connect();
    links.clock.advance(GREETING_TIMEOUT_MS);
    expect(guest.closed?.code).toBe(CLOSE_CODES.greetingTimeout);
  });

  it('more frames than the budget; it fills up again with time', async () => {
    const links = openLinks();
    const guest = links.connect();
    await guest.send(encode(hello));
    await guest.send(encode(inventory));
    for (let sent = 2; sent < FRAMES.atOnce; sent += 1) guest.frame(encode(inventory));
    links.clock.advance(1_000);
    for (let sent = 0; sent < FRAMES.aSecond; sent += 1) guest.frame(encode(inventory));
    expect(guest.closed).toBeNull();
    guest.frame(encode(inventory));
    expect(guest.closed?.code).toBe(CLOSE_CODES.tooMany);
  });

  it('more bytes than the budget, however few the frames', async () => {
    const links = openLinks();
    const guest = links.connect();
    await guest.send(encode(hello));
    // A frame of nonsense would end the session by itself: these are inventories as large as they may be.
    const [filesystem] = says('inventory').inventory.filesystems;
    if (filesystem === undefined) throw new Error('no filesystem');
    const filesystems = Array.from({ length: 2_000 }, () => filesystem);
    const large = encode({ type: 'inventory', inventory: { ...says('inventory').inventory, filesystems } });
    for (let sent = 0; sent + large.length <= BYTES.atOnce - 1_000; sent += large.length) guest.frame(large);
    expect(guest.closed).toBeNull();
    guest.frame(large);
    expect(guest.closed?.code).toBe(CLOSE_CODES.tooMany);
  });

  it('the same guest connecting again: the newer session stays', async () => {
    const links = openLinks();
    const [older, newer] = [links.connect(), links.connect()];
    await older.send(encode(hello));
    await newer.send(encode(hello));
    expect(older.closed?.code).toBe(CLOSE_CODES.superseded);
    expect(newer.closed).toBeNull();
    expect(links.links.send(links.links.guests()[0]?.id as GuestId, { type: 'grant', trimId: TRIM_ID })).toBe(true);
    expect(newer.received.map(({ type }) => type)).toEqual(['welcome', 'grant']);
  });
});

/** What a session has said when the attack begins: each of its states, and how far a trim can have come in it. */
const STATES: readonly {
  readonly state: string;
  readonly said: readonly FromGuest['type'][];
  readonly hasKey?: boolean;
}[] = [
  { state: 'that has said nothing', said: [] },
  { state: 'that is to prove its key', said: ['hello'], hasKey: true },
  { state: 'that has proven its key', said: ['hello', 'credential'], hasKey: true },
  { state: 'that was greeted', said: ['hello'] },
  { state: 'that has announced', said: ['hello', 'inventory'] },
  { state: 'that intends a trim', said: ['hello', 'inventory', 'intent'] },
  { state: 'that trims', said: ['hello', 'inventory', 'intent', 'started'] },
  { state: 'that has reported', said: ['hello', 'inventory', 'intent', 'started', 'report'] },
];

const HOSTILE_FRAMES = hostileFrames(FROM_GUEST.map(encode));
/** `npm test` tries a sample of what the soak does. */
const FRAMES_EACH = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 20_000 : 100_000;

const seeds = seedsFor({ suite: 1 });
it.each(seeds.flatMap((seed) => STATES.map((live) => ({ seed, ...live }))))(
  `${FRAMES_EACH} random and mutated frames to a session $state: each is a message or closes it (seed $seed)`,
  ({ seed, said, hasKey = false }) => underSeed(seed, () => sendHostileFrames({ seed, said, hasKey })),
  300_000,
);

async function sendHostileFrames({
  seed,
  said,
  hasKey,
}: {
  seed: number;
  said: readonly FromGuest['type'][];
  hasKey: boolean;
}): Promise<void> {
  const links = openLinks();
  const enter = async () => {
    const guest = links.connect();
    for (const type of said) await guest.send(encode(hasKey && type === 'hello' ? keyed : says(type)));
    expect(guest.closed).toBeNull();
    return guest;
  };
  const frames = fc.sample(HOSTILE_FRAMES, { numRuns: FRAMES_EACH, seed });
  let refused = 0;
  let guest = await enter();
  for (const frame of frames) {
    guest.frame(frame);
    links.clock.advance(1_000);
    if (guest.closed === null) continue;
    expect(guest.closed.code).toBeGreaterThanOrEqual(4400);
    expect(guest.closed.code).toBeLessThan(4500);
    expect(guest.closed.reason).not.toBe('');
    refused += 1;
    guest = await enter();
  }
  expect(refused).toBeGreaterThan(FRAMES_EACH / 2);
  const last = links.connect();
  await last.send(encode(hello));
  // Behind all whose frames were taken for a hello.
  for (let turn = 0; turn < FRAMES_EACH && last.received.length === 0; turn += 1) await setImmediate();
  expect(last.received[0]?.type).toBe('welcome');
}
