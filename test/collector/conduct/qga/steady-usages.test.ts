import { Fault } from '@trimtab/protocol/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSteadyUsages, TURNS_SEEN_EVERY_MS } from '../../../../collector/src/conduct/qga/steady-usages.ts';
import { ASKED_EVERY_MS, LONGEST_PAUSE_MS } from '../../../../collector/src/conduct/qga/turns.ts';
import { createQemuGaGuests } from '../../../../collector/src/conduct/survey/qemu-ga-guests.ts';
import type { Overview } from '../../../../collector/src/conduct/watch/overview.ts';
import { createUsages } from '../../../../collector/src/conduct/watch/usages.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { GuestAgentChannel } from '../../../../collector/src/model/guest-agent.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import type { GuestAgentAnswer } from '../../../../collector/src/ports/guest-agent.ts';
import type { GuestRecord } from '../../../../collector/src/ports/store/guests.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';
import { aDomain, anIdentity } from '../../correlate/examples.ts';
import { aConnected, aRecord } from '../known-host.ts';

// What is on the host, and what each qemu-ga does, is the test's; time too.
const HOUR = 60 * 60_000;
const uuidOf = (name: string) => `c0ffee00-0000-4000-8000-00000000000${name}`;

function domainOf(name: string, channel: GuestAgentChannel = { kind: 'socket', path: `/run/${name}`, qmpPaths: [] }) {
  const uuid = uuidOf(name);
  const guestAgent = { kind: 'channel', channel } as const;
  return aDomain({ key: `qemu:${name}`, name, uuid, guestUuid: uuid, guestAgent });
}

/** As it is from its first trim through qemu-ga. */
function recordOf(name: string): GuestRecord {
  const identities = [{ kind: 'product-uuid', value: uuidOf(name) }] as const;
  return aRecord({ id: `guest-${name}` as GuestId, name, identities, agentVersion: null });
}

let clock: TestClock;
let domains: readonly Domain[];
let records: readonly GuestRecord[];
let connected: readonly ConnectedGuest[];
let hanging: ReadonlySet<string>;
let busy: ReadonlySet<string>;
let asked: { readonly name: string; readonly hour: number }[];
let samples: Sample[];
let draws: number[];
let reads: number;
beforeEach(() => {
  clock = createTestClock();
  domains = [domainOf('a')];
  records = [recordOf('a')];
  connected = [];
  [hanging, busy] = [new Set(), new Set()];
  [asked, samples] = [[], []];
  [draws, reads] = [[], 0];
});

function silent(code: string): GuestAgentAnswer {
  return { kind: 'silent', fault: new Fault({ code, operation: 'ask', subject: 'a guest', cause: 'so', hint: null }) };
}

function answerOf(channel: GuestAgentChannel): GuestAgentAnswer {
  const name = channel.kind === 'socket' ? channel.path.slice('/run/'.length) : channel.kind;
  if (busy.has(name)) return silent('guest-agent-busy');
  asked.push({ name, hour: clock.monotonicMs() / HOUR });
  if (hanging.has(name)) return silent('guest-agent-silent');
  const disk = { target: 'vda', serial: null, pciAddress: null, place: null, busKind: null, device: '/dev/vda' };
  const srv = { mount: '/srv', kind: 'ext4', name: 'vda1', sizeBytes: 900, usedBytes: 300, disks: [disk] };
  const untold = { ...srv, mount: '/untold', name: 'vda2', usedBytes: null };
  const nfs = { ...srv, mount: '/nfs', name: 'host:/nfs', disks: [] };
  const filesystems = [srv, untold, nfs];
  return {
    kind: 'answered',
    version: '7.2.22',
    allows: { fstrim: true, fsinfo: true },
    filesystems,
    disks: null,
    withheld: null,
  };
}

function start() {
  const qemuGaGuests = createQemuGaGuests({ clock, guestAgents: { ask: async (some) => some.map(answerOf) } });
  const usages = createSteadyUsages({
    clock,
    log: { warn: () => {} },
    random: () => draws.shift() ?? 0,
    watch: {
      ...createUsages({ clock, writer: { add: (added) => void samples.push(...added) } }),
      overview: async () =>
        ({ reading: { host: { domains, sources: [], offSince: new Map() } } }) as unknown as Overview,
    },
    links: { guests: () => connected },
    store: {
      async guests() {
        reads += 1;
        return records;
      },
    },
    qemuGaGuests,
  });
  usages.start();
  return { qemuGaGuests, usages };
}

/** In steps, so that what is asked is answered. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += TURNS_SEEN_EVERY_MS) {
    clock.advance(TURNS_SEEN_EVERY_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const countOf = (name: string) => asked.filter((one) => one.name === name).length;

describe('a guest that has been trimmed through its qemu-ga', () => {
  it('is asked every 15 minutes, and what lies on its disks is stored as its own', async () => {
    start();
    await pass(HOUR);
    expect(countOf('a')).toBe(4);
    const series = { kind: 'filesystem', subject: 'guest-a /srv', device: '' };
    expect(samples.map(({ at, ...sample }) => sample)).toEqual(
      Array.from({ length: 4 }, () => ({ series, levelBytes: 300, limitBytes: 900 })),
    );
  });

  it('has a time of its own: those that are there together are not asked together', async () => {
    const names = Array.from({ length: 10 }, (_, n) => `${n}`);
    domains = names.map((name) => domainOf(name));
    records = names.map((name) => recordOf(name));
    draws = names.map((name) => Number(name) / names.length);
    start();
    await pass(2 * ASKED_EVERY_MS);
    expect(names.map(countOf)).toEqual(names.map(() => 2));
    expect(new Set(asked.map(({ hour }) => hour)).size).toBe(2 * names.length);
  });

  it('is not asked again while it hangs, but for ever more seldom tries, until it has answered anybody', async () => {
    hanging = new Set(['a']);
    domains = [domainOf('a'), domainOf('b')];
    records = [recordOf('a'), recordOf('b')];
    const { qemuGaGuests } = start();
    await pass(24 * HOUR);
    expect(countOf('b')).toBe(96);
    const pauses = asked
      .filter(({ name }) => name === 'a')
      .map(({ hour }, at, all) => hour - (all[at - 1]?.hour ?? hour));
    expect(pauses.slice(1).map((pause) => Math.round(pause * 2) / 2)).toEqual([0.5, 1, 2, 4, 6, 6]);
    expect(LONGEST_PAUSE_MS).toBe(6 * HOUR);
    hanging = new Set();
    // A person asks.
    await qemuGaGuests.ask(domains, 0);
    await pass(ASKED_EVERY_MS + TURNS_SEEN_EVERY_MS);
    expect(samples.filter(({ series }) => series.subject === 'guest-a /srv').length).toBeGreaterThanOrEqual(1);
  });

  it('is not told twice of one moment: while a trim is under way, nothing is stored', async () => {
    const { qemuGaGuests } = start();
    await qemuGaGuests.ask(domains, 0);
    busy = new Set(['a']);
    await pass(HOUR);
    expect(samples).toEqual([]);
    busy = new Set();
    await pass(HOUR);
    expect(samples).toHaveLength(4);
  });

  it('whose answer comes after the end of the collector is not stored any more', async () => {
    const { usages } = start();
    clock.advance(5_000);
    usages.stop();
    await pass(HOUR);
    expect(samples).toEqual([]);
    expect(clock.armed()).toBe(0);
  });
});

describe('nobody is asked', () => {
  it.each([
    ['that was never trimmed', () => (records = [])],
    ['that had our agent once', () => (records = [{ ...recordOf('a'), agentVersion: '0.2.0' }])],
    [
      'in which our agent is',
      () =>
        (connected = [
          aConnected({ id: 'guest-a' as GuestId, identity: { ...anIdentity(), productUuid: uuidOf('a') } }),
        ]),
    ],
    ['that is off', () => (domains = [{ ...domainOf('a'), isRunning: false }])],
    [
      'of Proxmox VE, where each question is a program',
      () => (domains = [domainOf('a', { kind: 'proxmox', guest: 7 })]),
    ],
  ])('%s', async (_, arrange) => {
    arrange();
    start();
    await pass(HOUR);
    expect(asked).toEqual([]);
  });

  it('and the store is not read, where no guest has a channel', async () => {
    domains = [aDomain()];
    start();
    await pass(HOUR);
    expect(reads).toBe(0);
  });
});
