import type { Inventory, RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { createDoctorDesk } from '../../../../collector/src/conduct/desk/doctor-desk.ts';
import { createGuestsDesk } from '../../../../collector/src/conduct/desk/guests-desk.ts';
import { createOverviewDesk, type OverviewDeps } from '../../../../collector/src/conduct/desk/overview-desk.ts';
import { createTrimsDesk, type TrimsDeskDeps } from '../../../../collector/src/conduct/desk/trims-desk.ts';
import type { Trims } from '../../../../collector/src/conduct/trims/trims.ts';
import { type Claims, claimImages } from '../../../../collector/src/conduct/watch/claim-images.ts';
import type { LookDeps } from '../../../../collector/src/conduct/watch/look.ts';
import { createWatch } from '../../../../collector/src/conduct/watch/watch.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { PoolState } from '../../../../collector/src/model/pool.ts';
import { aHostDisk } from '../../correlate/examples.ts';
import { aConnected, aRecord, BARE_DOMAIN, createKnownHost, INVENTORY, WEB_DOMAIN } from '../known-host.ts';
import { requestIdOf } from '../trims/trim-examples.ts';

const NO_TRIMS: TrimsDeskDeps['trims'] = {
  ask: async () => 'asked' as RequestId,
  cancel: async () => {},
  async *watch() {},
};

const POOL = { key: '/images', sizeBytes: 100, freeBytes: 40 } as PoolState;

const findUnclaimed = async () => ({ images: [], findings: [] });

type KnownHost = Omit<ReturnType<typeof createKnownHost>, 'door'> & Pick<OverviewDeps, 'door'>;

/** What the desk says to `trimtab status --now`. */
function askStatus(known: KnownHost, found: Partial<Pick<LookDeps, 'readPools' | 'findUnclaimed'>> = {}) {
  const watch = createWatch({
    ...known,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    store: { addSamples: async () => {} },
    files: { space: async () => null },
    allocations: { read: async () => new Map() },
    sampleThinPools: async () => [],
    readPools: poolsOf([]),
    findUnclaimed,
    everyMs: 60_000,
    ...found,
  });
  return createOverviewDesk({ ...known, watch }).status({ now: true });
}

const poolsOf = (pools: readonly PoolState[]) => async () => ({ pools, holdings: [], devices: new Map() });

describe('the overview', () => {
  it('has a row an image, with whose disk it is and what its agent calls that disk', async () => {
    const known = createKnownHost();
    const { images, pools, findings } = await askStatus(known, { readPools: poolsOf([POOL]) });
    expect(
      images.map(({ path, guest, disk, device, matchedBy, unmatched, discard }) => [
        path,
        `${guest}/${disk}`,
        device,
        matchedBy,
        unmatched,
        discard,
      ]),
    ).toEqual([
      ['/images/web.raw', 'web/disk0', 'sda', 'serial', null, 'unmap'],
      // Nobody could match it: that is no failure to match.
      ['/images/bare.raw', 'bare/disk0', null, null, null, null],
    ]);
    expect(pools).toEqual([POOL]);
    expect(findings).toMatchObject([{ subject: 'libvirt' }]);
  });

  it('tells first who is turned away at the door', async () => {
    const turnedAway = { subject: 'agents', sentence: '3 connections were turned away.', hint: null };
    const known = createKnownHost();
    const door = { findings: () => [turnedAway] };
    const { findings } = await askStatus({ ...known, door });
    expect(findings[0]).toEqual(turnedAway);
  });

  it('calls each guest by its own name, where two domains have one', async () => {
    const known = createKnownHost({
      domains: [WEB_DOMAIN, { ...BARE_DOMAIN, name: 'web' }],
      connected: [aConnected({ name: 'web~2' })],
      records: [aRecord({ name: 'web~2' })],
    });
    const { images } = await askStatus(known);
    expect(images.map(({ path, guest }) => [path, guest])).toEqual([
      ['/images/web.raw', 'web~2'],
      ['/images/bare.raw', 'web'],
    ]);
  });

  it('has the fullest pool first', async () => {
    const pools = [
      POOL,
      { ...POOL, key: '/full', freeBytes: 1 },
      { ...POOL, key: '/empty', sizeBytes: 0, freeBytes: 0 },
    ];
    const known = createKnownHost();
    const status = await askStatus(known, { readPools: poolsOf(pools) });
    expect(status.pools.map(({ key }) => key)).toEqual(['/full', '/images', '/empty']);
  });

  it('looks for images of nobody beside those that it knows, and nowhere that one could not be read', async () => {
    const asked: Claims[] = [];
    const found = { path: '/images/left.raw', pool: '/images', allocationBytes: 1, physicalBytes: 2 };
    const known = createKnownHost({
      domains: [
        WEB_DOMAIN,
        BARE_DOMAIN,
        { ...BARE_DOMAIN, key: 'qemu:300', disks: [aHostDisk({ image: '/dev/shm/a' })] },
      ],
    });
    const status = await askStatus(known, {
      async findUnclaimed(claims) {
        asked.push(claims);
        return { images: [found], findings: [] };
      },
    });
    expect(status.unclaimed).toEqual([found]);
    expect(asked).toEqual([
      {
        claimed: new Set(['/images/web.raw', '/images/bare.raw', '/dev/shm/a']),
        folders: [{ path: '/images', pool: '/images' }],
      },
    ]);
    const reading = await known.survey.readAll();
    const nothing = { state: null, pool: null, finding: null };
    expect(claimImages({ ...reading, imageOf: () => nothing })).toMatchObject({ folders: [] });
  });

  it('hands every image to the pools', async () => {
    const seen: string[] = [];
    const known = createKnownHost();
    await askStatus(known, {
      async readPools({ images }) {
        seen.push(...images.map(({ path }) => path));
        return poolsOf([])();
      },
    });
    expect(seen).toEqual(['/images/web.raw', '/images/bare.raw']);
  });

  it('says why a disk of the guest is none of the host’s', async () => {
    const disks = INVENTORY.disks.map((disk) => ({ ...disk, serial: 'another' }));
    const known = createKnownHost({ connected: [aConnected({ inventory: { ...INVENTORY, disks } })] });
    const { images } = await askStatus(known);
    expect(images[0]).toMatchObject({ device: null, unmatched: expect.stringMatching(/^not sda: /) });
    expect(images[1]?.unmatched).toBeNull();
  });

  it('names two guests that have one image', async () => {
    const known = createKnownHost({ domains: [WEB_DOMAIN, { ...BARE_DOMAIN, disks: WEB_DOMAIN.disks }] });
    const { findings } = await askStatus(known);
    expect(findings.map(({ subject }) => subject)).toContain('/images/web.raw');
  });
});

describe('the guests', () => {
  it('are those of the hypervisor and of agents, each once, and one without an agent is told', async () => {
    const { guests, findings } = await createGuestsDesk(createKnownHost()).guests({ inventories: true });
    expect(guests.map(({ name, agent, source }) => [name, agent?.connected ?? null, source])).toEqual([
      ['bare', null, 'qemu-process'],
      ['web', true, 'qemu-process'],
    ]);
    expect(findings.map(({ subject }) => subject)).toEqual(['libvirt', 'bare']);
  });

  it('are heard as late as their connection was, and without an inventory until it is here', async () => {
    const lastHeardAt = Date.UTC(2026, 10, 23);
    const known = createKnownHost({ connected: [aConnected({ lastHeardAt, inventory: null })] });
    const { guests } = await createGuestsDesk(known).guests({ inventories: true });
    expect(guests.find(({ name }) => name === 'web')).toMatchObject({
      state: 'connected',
      agent: { connected: true, lastSeenAt: '2026-11-23T00:00:00.000Z' },
      inventory: null,
    });
  });

  it('that are off are so called, and nobody is told to start an agent in them', async () => {
    const domains = [WEB_DOMAIN, BARE_DOMAIN].map((domain) => ({ ...domain, isRunning: false }));
    const { guests, findings } = await createGuestsDesk(createKnownHost({ domains, connected: [] })).guests({
      inventories: true,
    });
    expect(guests.map(({ name, state }) => [name, state])).toEqual([
      ['bare', 'off'],
      ['web', 'off'],
    ]);
    expect(findings.map(({ subject }) => subject)).toEqual(['libvirt']);
  });

  it('are remembered when their agent is away', async () => {
    const { guests } = await createGuestsDesk(createKnownHost({ connected: [] })).guests({ inventories: true });
    expect(guests.find(({ name }) => name === 'web')).toMatchObject({ agent: { connected: false }, inventory: null });
  });
});

describe('a request for a trim', () => {
  function requestTrim(inventory: Inventory | null, mount: string) {
    const known = createKnownHost({ connected: [aConnected({ inventory })] });
    const asked: (readonly string[] | null)[] = [];
    const trims = {
      async ask({ mounts }: { readonly mounts: readonly string[] | null }) {
        asked.push(mounts);
        return requestIdOf(1);
      },
    } as unknown as Trims;
    const askedAnew = () => known.sent.filter(({ message }) => message.type === 'look').length;
    const done = createTrimsDesk({ ...known, trims }).requestTrim({ guest: 'web', mounts: [mount] });
    return { done, asked, askedAnew };
  }

  it('is for the filesystem that is mounted there, by whichever of its mounts', async () => {
    const { done, asked, askedAnew } = requestTrim(INVENTORY, '/mnt/root');
    await done;
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [['/']], askedAnew: 0 });
  });

  it.each([
    ['newer than what the guest announced last', { ...INVENTORY, filesystems: [] }],
    ['of a guest that has just come', null],
  ])('for a mount %s asks the guest before it is refused', async (_what, inventory) => {
    const { done, asked, askedAnew } = requestTrim(inventory, '/');
    await done;
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [['/']], askedAnew: 1 });
  });

  it('for a mount that is not there is refused, with those that are', async () => {
    const { done, asked, askedAnew } = requestTrim({ ...INVENTORY, filesystems: [] }, '/nope');
    await expect(done).rejects.toMatchObject({ detail: { code: 'unknown-mount', hint: 'It has: /.' } });
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [], askedAnew: 1 });
  });
});

describe('a trim that is asked for', () => {
  const OFF = { ...WEB_DOMAIN, isRunning: false };

  it('of a guest that is off is refused at once, though its connection has not ended yet', async () => {
    const known = createKnownHost({ domains: [OFF] });
    const asked = createTrimsDesk({ ...known, trims: NO_TRIMS }).requestTrim({ guest: 'web', mounts: null });
    await expect(asked).rejects.toMatchObject({ detail: { code: 'guest-off', subject: 'web' } });
  });

  it('is not refused by what was true a moment ago', async () => {
    const known = createKnownHost();
    const read = async () => ({ ...(await known.survey.read()), domains: [OFF] });
    const desk = createTrimsDesk({ ...known, survey: { read, readNow: known.survey.readNow }, trims: NO_TRIMS });
    expect(await desk.requestTrim({ guest: 'web', mounts: null })).toEqual({ requestId: 'asked' });
  });

  it.each([
    ['off: it is refused as off, with how it is started', { isRunning: false }, 'guest-off'],
    ['paused: its own reason stands', {}, 'guest-agent-off'],
  ])('of a guest that ran a moment ago, and whose qemu-ga says %s', async (_, now, code) => {
    const channel = { kind: 'socket', path: '/qga', qmpPaths: [] } as const;
    const bare = { ...BARE_DOMAIN, guestAgent: { kind: 'channel', channel } } as const;
    const fault = new Fault({
      code: 'guest-agent-off',
      operation: 'ask',
      subject: '/qga',
      cause: 'no',
      hint: 'Start.',
    });
    const known = createKnownHost({
      domains: [{ ...bare, ...now }],
      connected: [],
      records: [],
      qemuGa: async (channels) => channels.map(() => ({ kind: 'silent', fault })),
    });
    const read = async () => ({ ...(await known.survey.read()), domains: [bare] });
    const desk = createTrimsDesk({ ...known, survey: { read, readNow: known.survey.readNow }, trims: NO_TRIMS });
    const asked = desk.requestTrim({ guest: 'bare', mounts: null });
    await expect(asked).rejects.toMatchObject({ detail: { code, subject: 'bare' } });
  });
});

describe('the doctor', () => {
  it('examines once for all who ask at the same time for the same, and anew afterwards', async () => {
    const known = createKnownHost();
    let samples = 0;
    const sampler = {
      async now(_: readonly DiskPath[]) {
        samples += 1;
        return { samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null };
      },
    };
    const desk = createDoctorDesk({ ...known, sampler, readOutlooks: async () => new Map() });
    const [one, other, all] = await Promise.all([desk.doctor('web'), desk.doctor('web'), desk.doctor(null)]);
    expect(one).toBe(other);
    expect(all.guests).toHaveLength(2);
    expect(samples).toBe(3);
    await desk.doctor('web');
    expect(samples).toBe(4);
  });

  it('refuses a guest that nobody knows, and is not in the way of the next question', async () => {
    const known = createKnownHost();
    const desk = createDoctorDesk({
      ...known,
      readOutlooks: async () => new Map(),
      sampler: { now: async () => ({ samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null }) },
    });
    await expect(desk.doctor('nobody')).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
    expect((await desk.doctor('web')).guests).toHaveLength(1);
  });
});
