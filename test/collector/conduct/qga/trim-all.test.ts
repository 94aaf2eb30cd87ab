import { Fault } from '@trimtab/protocol/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTrimAll } from '../../../../collector/src/conduct/qga/trim-all.ts';
import { createQemuGaGuests } from '../../../../collector/src/conduct/survey/qemu-ga-guests.ts';
import { LONGEST_HOLD_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { GuestAgentChannel, InsideAllows } from '../../../../collector/src/model/guest-agent.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { GuestAgentAnswer, GuestAgentTrim } from '../../../../collector/src/ports/guest-agent.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { aDomain, anIdentity } from '../../correlate/examples.ts';
import { aConnected, aRecord, IDLE } from '../known-host.ts';
import { createTrimsWorld, settle, type TrimsWorld } from '../trims/trims-world.ts';

// What the schedule of guests with qemu-ga does when it is due, on the path of every trim; what there is on the host,
// and what each qemu-ga does, is the test's.
const NAMES = ['a', 'b', 'c'] as const;
const uuidOf = (name: string) => `c0ffee00-0000-4000-8000-00000000000${name}`;
const channelOf = (name: string): GuestAgentChannel => ({ kind: 'socket', path: `/run/${name}`, qmpPaths: [] });

function domainOf(name: string): Domain {
  const uuid = uuidOf(name);
  const guestAgent = { kind: 'channel', channel: channelOf(name) } as const;
  return aDomain({ key: `qemu:${name}`, name, uuid, guestUuid: uuid, guestAgent });
}

interface Host {
  domains: Domain[];
  connected: ConnectedGuest[];
  records: ReturnType<typeof aRecord>[];
  /** Those that do not answer. */
  readonly silent: Set<string>;
  readonly allows: Map<string, InsideAllows>;
  /** In the order in which they were asked for what is mounted. */
  readonly asked: string[];
}

let world: TrimsWorld;
let host: Host;
let trims: Map<string, ReturnType<typeof Promise.withResolvers<GuestAgentTrim>>>;
const logged: { level: string; fields: object }[] = [];

beforeEach(async () => {
  logged.length = 0;
  trims = new Map();
  host = { domains: NAMES.map(domainOf), connected: [], records: [], silent: new Set(), allows: new Map(), asked: [] };
  world = await createTrimsWorld({
    qemuGa: (channel) => {
      const own = Promise.withResolvers<GuestAgentTrim>();
      trims.set(toName(channel), own);
      return own.promise;
    },
  });
});
afterEach(() => world.store.close());

const toName = (channel: GuestAgentChannel) => (channel.kind === 'socket' ? channel.path.slice('/run/'.length) : '?');

function answerOf(channel: GuestAgentChannel): GuestAgentAnswer {
  const name = toName(channel);
  host.asked.push(name);
  if (host.silent.has(name))
    return {
      kind: 'silent',
      fault: new Fault({ code: 'guest-agent-off', operation: 'ask', subject: name, cause: 'it is paused', hint: null }),
    };
  const disk = { target: 'vda', serial: null, pciAddress: null, place: null, busKind: null, device: '/dev/vda' };
  return {
    kind: 'answered',
    version: '7.2.22',
    allows: host.allows.get(name) ?? { fstrim: true, fsinfo: true },
    filesystems: [{ mount: '/mnt/vda', kind: 'ext4', name: 'vda', sizeBytes: null, usedBytes: null, disks: [disk] }],
    disks: null,
    withheld: null,
  };
}

/** The schedule is due. */
function createSchedule() {
  const log = (level: string) => (fields: object) => void logged.push({ level, fields });
  return createTrimAll({
    clock: world.clock,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    survey: {
      // As the survey does: what is read anew is made of new objects.
      read: async () => ({
        domains: host.domains.map((domain) => ({ ...domain })),
        sources: [],
        findings: [],
        offSince: new Map(),
        takenAt: 0,
      }),
    },
    links: { guests: () => host.connected },
    store: { guests: async () => host.records },
    qemuGaGuests: createQemuGaGuests({
      clock: world.clock,
      guestAgents: { ask: async (channels) => channels.map(answerOf) },
    }),
    present: world.present,
    qemuGa: world.qemuGa,
  });
}

/** Those whose qemu-ga was told to trim, in that order. */
const begun = () => [...trims.keys()];
const leftOut = () => logged.flatMap(({ level, fields }) => (level === 'warn' ? [fields] : []));

async function end(name: string): Promise<void> {
  trims.get(name)?.resolve({ kind: 'untold' });
  await settle();
}

const storedOf = (name: string) => wholeTrimsOf(world.store, { guestId: name as GuestId, limit: 9 });

describe('the schedule of guests with qemu-ga', () => {
  it('trims one guest after the other, and each has its result', async () => {
    const run = createSchedule().run();
    await settle();
    expect(begun()).toEqual(['a']);
    await end('a');
    expect(begun()).toEqual(['a', 'b']);
    await end('b');
    await end('c');
    await run;
    for (const name of NAMES)
      expect(await storedOf(name)).toMatchObject([{ inside: 'qemu-ga', trigger: 'scheduled', requestId: null }]);
    expect(leftOut()).toEqual([]);
  });

  it('waits in the line of the pool as any other', async () => {
    const held = await world.slots.acquire(['/pool'], new AbortController().signal);
    const run = createSchedule().run();
    await settle();
    expect(begun()).toEqual([]);
    held.release();
    await settle();
    expect(begun()).toEqual(['a']);
    expect(world.slots.busyOn('/pool')).toBe(1);
    for (const name of NAMES) await end(name);
    await run;
    expect(world.slots.busyOn('/pool')).toBe(0);
  });

  it('leaves out guests that an agent is in, or ever was in', async () => {
    host.connected = [aConnected({ identity: anIdentity({ productUuid: uuidOf('a') }) })];
    host.records = [aRecord({ id: IDLE, name: 'b', identities: [{ kind: 'product-uuid', value: uuidOf('b') }] })];
    const run = createSchedule().run();
    await settle();
    await end('c');
    await run;
    expect(begun()).toEqual(['c']);
    expect(host.asked).toEqual(['c']);
  });

  it('leaves out a guest whose agent came while others were trimmed', async () => {
    const run = createSchedule().run();
    await settle();
    host.connected = [aConnected({ identity: anIdentity({ productUuid: uuidOf('b') }) })];
    await end('a');
    expect(begun()).toEqual(['a', 'c']);
    await end('c');
    await run;
  });

  it('leaves out those that are off, do not answer or may not trim, and says why', async () => {
    host.domains = host.domains.map((domain) => (domain.name === 'a' ? { ...domain, isRunning: false } : domain));
    host.silent.add('b');
    host.allows.set('c', { fstrim: false, fsinfo: true });
    await createSchedule().run();
    expect(begun()).toEqual([]);
    expect(leftOut()).toMatchObject([
      { guest: 'b', reason: 'qemu-guest-agent: it is paused' },
      { guest: 'c', reason: expect.stringContaining('guest-fstrim') },
    ]);
  });

  it('asks a guest when its turn has come: hours later its disks may be others', async () => {
    const run = createSchedule().run();
    await settle();
    expect(host.asked).toEqual(['a']);
    await end('a');
    expect(host.asked).toEqual(['a', 'b']);
    await end('b');
    await end('c');
    await run;
  });

  it('uses the channel that a guest has when its turn has come: it may have been started anew', async () => {
    const run = createSchedule().run();
    await settle();
    const guestAgent = { kind: 'channel', channel: channelOf('b-anew') } as const;
    host.domains = host.domains.map((domain) => (domain.name === 'b' ? { ...domain, guestAgent } : domain));
    await end('a');
    expect(begun()).toEqual(['a', 'b-anew']);
    await end('b-anew');
    await end('c');
    await run;
  });

  it('goes on with the next where a trim takes longer than a slot is lent', async () => {
    const run = createSchedule().run();
    await settle();
    world.clock.advance(LONGEST_HOLD_MS);
    await settle();
    expect(begun()).toEqual(['a', 'b']);
    await end('b');
    await end('c');
    await run;
    await end('a');
    expect(await storedOf('a')).toMatchObject([{ inside: 'qemu-ga', reported: true }]);
  });

  it('goes on with the next where one fails', async () => {
    const run = createSchedule().run();
    await settle();
    trims
      .get('a')
      ?.reject(new Fault({ code: 'guest-agent-frozen', operation: 'trim', subject: 'a', cause: 'frozen', hint: null }));
    await settle();
    expect(begun()).toEqual(['a', 'b']);
    await end('b');
    await end('c');
    await run;
    expect(await storedOf('a')).toEqual([]);
  });

  it('that is due while its last run is under way is that run', async () => {
    const schedule = createSchedule();
    const first = schedule.run();
    await settle();
    // As after a sleep: all that came due meanwhile comes at once.
    await Promise.all([schedule.run(), schedule.run()]);
    for (const name of NAMES) await end(name);
    await first;
    for (const name of NAMES) expect(await storedOf(name)).toHaveLength(1);
    const again = schedule.run();
    await settle();
    for (const name of NAMES) await end(name);
    await again;
    for (const name of NAMES) expect(await storedOf(name)).toHaveLength(2);
  });

  it('leaves out a guest with a trim under way', async () => {
    const first = createSchedule().run();
    await settle();
    const second = createSchedule().run();
    await settle();
    expect(leftOut()).toMatchObject([{ guest: 'a', reason: expect.stringContaining('under way') }]);
    for (const name of NAMES) await end(name);
    await Promise.all([first, second]);
  });

  it('begins no other once the collector stops', async () => {
    const schedule = createSchedule();
    const run = schedule.run();
    await settle();
    schedule.stop();
    await end('a');
    await run;
    expect(begun()).toEqual(['a']);
    await schedule.run();
    expect(begun()).toEqual(['a']);
  });

  it('lives on where the host cannot be read', async () => {
    const schedule = createSchedule();
    const { domains } = host;
    Object.defineProperty(host, 'domains', {
      configurable: true,
      get: () => {
        throw new Error('no host');
      },
    });
    await schedule.run();
    expect(logged).toMatchObject([{ level: 'error', fields: { reason: expect.stringContaining('no host') } }]);
    Object.defineProperty(host, 'domains', { configurable: true, writable: true, value: domains });
    const run = schedule.run();
    await settle();
    for (const name of NAMES) await end(name);
    await run;
    expect(begun()).toEqual([...NAMES]);
  });
});
