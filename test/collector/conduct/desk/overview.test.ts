import { describe, expect, it } from 'vitest';
import { createOverviewDesk, type OverviewDeps } from '../../../../collector/src/conduct/desk/overview-desk.ts';
import { type Claims, claimImages } from '../../../../collector/src/conduct/watch/claim-images.ts';
import type { SurveyedDeps } from '../../../../collector/src/conduct/watch/surveyed.ts';
import { createWatch } from '../../../../collector/src/conduct/watch/watch.ts';
import type { PoolState } from '../../../../collector/src/model/pool.ts';
import { FILLING_POOL } from '../../api/foresight-example.ts';
import { aHostDisk } from '../../correlate/examples.ts';
import { HELD } from '../joined-examples.ts';
import { aConnected, aRecord, BARE_DOMAIN, createKnownHost, INVENTORY, WEB_DOMAIN } from '../known-host.ts';

const POOL = { key: '/images', sizeBytes: 100, freeBytes: 40 } as PoolState;

const findUnclaimed = async () => ({ images: [], findings: [] });

type KnownHost = Omit<ReturnType<typeof createKnownHost>, 'door'> & Pick<OverviewDeps, 'door'>;

/** What the desk says to `trimtab status --now`. */
function askStatus(known: KnownHost, found: Partial<Pick<SurveyedDeps, 'readPools' | 'findUnclaimed'>> = {}) {
  const watch = createWatch({
    ...known,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    store: { addSamples: async () => {} },
    files: { space: async () => null, readText: async () => null },
    allocations: { read: async () => new Map() },
    sampleThinPools: async () => [],
    readPools: poolsOf([]),
    findUnclaimed,
    everyMs: 60_000,
    ...found,
  });
  const foreseer = {
    ofPools: async (pools: readonly string[]) => pools.map((pool) => ({ pool, forecast: FILLING_POOL.asItGoes })),
  };
  return createOverviewDesk({ ...known, watch, foreseer }).status({ now: true });
}

const poolsOf = (pools: readonly PoolState[]) => async () => ({
  pools,
  holdings: [],
  devices: new Map(),
  mounted: new Map(),
});

describe('the overview', () => {
  it('has a row an image, with whose disk it is and what its agent calls that disk', async () => {
    const known = createKnownHost();
    const { images, pools, findings, forecasts } = await askStatus(known, { readPools: poolsOf([POOL]) });
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
    expect(forecasts).toEqual([{ pool: '/images', forecast: FILLING_POOL.asItGoes }]);
    expect(findings).toMatchObject([{ subject: 'libvirt' }]);
  });

  it('tells first who is turned away at the door', async () => {
    const turnedAway = { subject: 'agents', sentence: '3 connections were turned away.', hint: null };
    const known = createKnownHost();
    const door = { findings: () => [turnedAway] };
    const { findings } = await askStatus({ ...known, door });
    expect(findings[0]).toEqual(turnedAway);
  });

  it('says who waits for a person, and where to read on', async () => {
    const names = ['web', 'debian', 'a', 'b', 'dismissed'];
    const held = names.map((hostname) => ({ ...HELD, hostname, isDismissed: hostname === 'dismissed' }));
    const { findings } = await askStatus(createKnownHost({ held }));
    expect(findings).toContainEqual({
      subject: 'held',
      sentence: '4 guests are not let in until a person decides: web, debian, a, and 1 more',
      hint: '`trimtab guests` says why, and which command lets each in.',
    });
    const dismissed = await askStatus(createKnownHost({ held: held.slice(-1) }));
    expect(dismissed.findings.map(({ subject }) => subject)).not.toContain('held');
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
