import { describe, expect, it } from 'vitest';
import { examine } from '../../../../collector/src/conduct/doctor/doctor.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { DiskSample } from '../../../../collector/src/model/sample.ts';
import type { DiskResult, TrimResult } from '../../../../collector/src/model/trim-result.ts';
import { TRIM } from '../../api/examples.ts';
import { aHostDisk, anIdentity, GIB } from '../../correlate/examples.ts';
import { IGNORE, UNMAP } from '../../diagnose/examples.ts';
import { aConnected, aRecord, BARE_DOMAIN, createKnownHost, IDLE, INVENTORY, WEB, WEB_DOMAIN } from '../known-host.ts';

const aSample = (rest: Partial<DiskSample> = {}): DiskSample => ({
  takenAt: 0,
  allocationBytes: 3 * GIB,
  poolFreeBytes: null,
  extents: null,
  heldParts: null,
  tables: null,
  counters: null,
  counterEpoch: null,
  countersMissing: null,
  ...rest,
});

/** Examines a host whose sampler gives this sample of every disk. */
async function examined({
  wanted = null,
  sample = aSample(),
  ...host
}: Parameters<typeof createKnownHost>[0] & { wanted?: string | null; sample?: DiskSample } = {}) {
  const known = createKnownHost(host);
  const sampled: (readonly DiskPath[])[] = [];
  const sampler = {
    async now(paths: readonly DiskPath[]) {
      sampled.push(paths);
      const samples = Object.fromEntries(paths.map(({ match }) => [match.disk.name, sample]));
      return { samples, restless: [], poolDrift: {}, throughLibvirt: false, commit: null };
    },
  };
  const view = await examine({ ...known, sampler, readOutlooks: async () => new Map() }, wanted);
  return { view, known, sampled };
}

describe('doctor', () => {
  it('asks the agents for an inventory of this moment, and examines every disk of every guest', async () => {
    const { view, known, sampled } = await examined();
    expect(known.sent).toEqual([{ id: WEB, message: { type: 'look' } }]);
    expect(view.guests.map(({ name, agent }) => [name, agent])).toEqual([
      // What would give something back goes first.
      ['web', 'connected'],
      ['bare', 'none'],
    ]);
    expect(view.guests.map(({ disks }) => disks.map(({ device, disk, image }) => [device, disk, image]))).toEqual([
      [['sda', 'disk0', '/images/web.raw']],
      [[null, 'disk0', '/images/bare.raw']],
    ]);
    expect(sampled.flat().map(({ image }) => image?.path)).toEqual(['/images/web.raw', '/images/bare.raw']);
    expect(view.findings).toMatchObject([{ subject: 'libvirt' }]);
  });

  it('sums up what is known, and counts the disks of which no estimate can be made instead of taking them for 0', async () => {
    const { view } = await examined();
    const estimate = view.guests.find(({ name }) => name === 'web')?.disks[0]?.slack?.estimateBytes;
    expect(estimate).toBeGreaterThan(0);
    expect(view.sum).toEqual({ nowBytes: estimate, afterFixesBytes: estimate, unknownDisks: 1 });
  });

  it('tells what would come back only after its fixes', async () => {
    const domain = { ...WEB_DOMAIN, disks: [{ ...(WEB_DOMAIN.disks[0] ?? aHostDisk()), nodes: IGNORE }] };
    const { view } = await examined({ domains: [domain] });
    const [disk] = view.guests[0]?.disks ?? [];
    expect(disk?.findings.map(({ cause }) => cause)).toEqual(['host-ignores-discard']);
    expect(view.sum).toMatchObject({ nowBytes: 0, afterFixesBytes: disk?.slack?.estimateBytes });
  });

  it('examines one guest by its name, and says nothing of the host then', async () => {
    const { view, known } = await examined({ wanted: 'bare' });
    expect(view.guests.map(({ name }) => name)).toEqual(['bare']);
    expect(view.findings).toEqual([]);
    expect(known.sent).toEqual([]);
  });

  it('refuses a guest that nobody knows', async () => {
    await expect(examined({ wanted: 'nobody' })).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
  });

  it('knows the host’s half of a guest whose agent is away, and its history', async () => {
    const { view, known } = await examined({ connected: [], domains: [WEB_DOMAIN] });
    expect(view.guests).toMatchObject([{ name: 'web', agent: 'away', disks: [{ device: null, disk: 'disk0' }] }]);
    expect(known.asked).toMatchObject([{ guestId: WEB }]);
  });

  it('leaves out a guest of which there is neither an agent nor a domain', async () => {
    const records = [aRecord(), aRecord({ id: IDLE, name: 'gone', identities: [] })];
    expect((await examined({ records })).view.guests.map(({ name }) => name)).toEqual(['web', 'bare']);
    // Unless it is asked for by name: then its state is told.
    const { view } = await examined({ records, wanted: 'gone' });
    expect(view.guests).toMatchObject([{ name: 'gone', state: 'away', disks: [] }]);
  });

  it('tells of a guest that is off, and of one whose inventory is not here yet', async () => {
    const off = await examined({ connected: [], domains: [{ ...WEB_DOMAIN, isRunning: false }] });
    expect(off.view.guests).toMatchObject([{ name: 'web', state: 'off', announced: false }]);
    const early = await examined({
      connected: [aConnected({ inventory: null, wireVersion: 1 })],
      domains: [WEB_DOMAIN],
    });
    expect(early.view.guests).toMatchObject([{ name: 'web', state: 'connected', announced: false }]);
  });

  it('leaves out a read-only disk, which gives up no space', async () => {
    const disks = [...BARE_DOMAIN.disks, aHostDisk({ id: 'iso', image: '/images/iso.raw', readOnly: true })];
    const { view } = await examined({ domains: [{ ...BARE_DOMAIN, disks }], connected: [], records: [] });
    expect(view.guests[0]?.disks.map(({ disk }) => disk)).toEqual(['disk0']);
  });

  it('takes no sample for a disk whose name is a word of JavaScript’s', async () => {
    const connected = [
      aConnected({
        inventory: { ...INVENTORY, disks: INVENTORY.disks.map((disk) => ({ ...disk, name: 'constructor' })) },
      }),
    ];
    const known = createKnownHost({ connected, domains: [WEB_DOMAIN] });
    const sampler = {
      now: async () => ({ samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null }),
    };
    // An agent of the first version, which is asked for no inventory.
    const links = { ...known.links, guests: () => connected.map((guest) => ({ ...guest, wireVersion: 1 })) };
    const { guests } = await examine({ ...known, links, sampler, readOutlooks: async () => new Map() }, null);
    expect(guests[0]?.disks).toMatchObject([{ device: 'constructor', slack: null }]);
  });
});

describe('the newest trim of a disk', () => {
  const bootId = anIdentity().bootId;
  const aResult = (id: string, rest: Partial<DiskResult>): TrimResult => ({
    ...TRIM,
    id: id as TrimResult['id'],
    bootId,
    disks: TRIM.disks.slice(0, 1).map((disk) => ({ ...disk, device: 'sda', image: '/images/web.raw', ...rest })),
  });

  it.each([
    ['one that was called off says nothing', { verdict: 'cancelled' }],
    ['one of another image says nothing', { image: '/images/old.raw' }],
    ['one without an image says nothing', { image: null }],
  ] as const)('is the newest that says something: %s', async (_, newer) => {
    const trims = [aResult('newer', newer), aResult('older', { verdict: 'reclaimed' })];
    const { view } = await examined({ trims, domains: [WEB_DOMAIN] });
    expect(view.guests[0]?.disks[0]?.lastTrim).toMatchObject({ id: 'older', verdict: 'reclaimed' });
  });

  it('is null where no trim of it is stored', async () => {
    const { view } = await examined({
      domains: [{ ...WEB_DOMAIN, disks: [aHostDisk({ serial: 'web-root', nodes: UNMAP })] }],
    });
    expect(view.guests[0]?.disks[0]?.lastTrim).toBeNull();
  });
});
