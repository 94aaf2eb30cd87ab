import { describe, expect, it } from 'vitest';
import { examine } from '../../../../collector/src/conduct/doctor/doctor.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { RepairOutlook } from '../../../../collector/src/model/repair.ts';
import type { DiskSample } from '../../../../collector/src/model/sample.ts';
import type { DiskResult, TrimResult } from '../../../../collector/src/model/trim-result.ts';
import { newKey } from '../../../contract/guest-key-examples.ts';
import { TRIM } from '../../api/examples.ts';
import { NOBODY } from '../../api/inside-examples.ts';
import { aDomain, aHostDisk, anIdentity, GIB } from '../../correlate/examples.ts';
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
  repair = null,
  ...host
}: Parameters<typeof createKnownHost>[0] & {
  wanted?: string | null;
  sample?: DiskSample;
  repair?: RepairOutlook | null;
} = {}) {
  const known = createKnownHost(host);
  const sampled: (readonly DiskPath[])[] = [];
  const sampler = {
    async now(paths: readonly DiskPath[]) {
      sampled.push(paths);
      const samples = Object.fromEntries(paths.map(({ match }) => [match.disk.name, sample]));
      return { samples, restless: [], poolDrift: {}, throughLibvirt: false, commit: null };
    },
  };
  const readOutlooks = async (paths: readonly DiskPath[]) =>
    new Map(repair === null ? [] : paths.map(({ match }) => [match.disk.name, repair]));
  const view = await examine({ ...known, sampler, readOutlooks }, wanted);
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
    expect(known.pastAsked).toMatchObject([{ guestId: WEB }]);
  });

  it('knows that a person keeps out the agent of a guest that is away', async () => {
    const key = { ...newKey({ n: 1, guest: WEB }), revokedBy: null, revokedAt: 5, learnedPins: [] };
    const away = { connected: [], domains: [WEB_DOMAIN] };
    const ofKey = async (state: 'active' | 'revoked') =>
      (await examined({ ...away, keys: [{ ...key, state }] })).view.guests.map(({ isRevoked }) => isRevoked);
    expect([await ofKey('revoked'), await ofKey('active')]).toEqual([[true], [false]]);
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

  it('tells whoever asks for it that of such a guest there is nothing to examine', async () => {
    const { view } = await examined({
      records: [aRecord(), aRecord({ id: IDLE, name: 'gone', identities: [] })],
      wanted: 'gone',
    });
    expect(view.guests).toEqual([
      {
        name: 'gone',
        state: 'away',
        agent: 'away',
        isRevoked: false,
        inside: NOBODY,
        announced: false,
        disks: [],
        findings: [],
      },
    ]);
  });

  it('sums up nothing where nothing can be estimated', async () => {
    const { view } = await examined({ domains: [BARE_DOMAIN], connected: [], records: [] });
    expect(view.sum).toEqual({ nowBytes: null, afterFixesBytes: null, unknownDisks: 1 });
  });

  it('tells of each estimate how old the guest’s word for it is', async () => {
    const { view } = await examined({ connected: [aConnected({ inventoryAt: 1_763_884_790_000 })] });
    expect(view.guests.map(({ name, disks }) => [name, disks[0]?.useToldAt])).toEqual([
      ['web', '2025-11-23T07:59:50.000Z'],
      ['bare', null],
    ]);
  });

  it('calls a guest by its id in what is to be typed where another has its name', async () => {
    const named = (uuid: string, pid: number) => ({ ...BARE_DOMAIN, key: `qemu:${pid}`, pid, uuid, guestUuid: uuid });
    const ids = ['00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000004'];
    const disk = aHostDisk({ id: 'disk0', image: '/images/bare.raw', nodes: IGNORE });
    const monitors = [{ kind: 'socket', path: '/run/qmp' }] as const;
    const domains = ids.map((uuid, index) => ({ ...named(uuid, 300 + index), monitors, disks: [disk] }));
    const { view } = await examined({ domains, connected: [], records: [], repair: { kind: 'possible' } });
    const typed = view.guests.flatMap(({ disks }) => disks).flatMap(({ findings }) => findings.map(({ fix }) => fix));
    for (const [index, id] of ids.entries()) expect(JSON.stringify(typed[index])).toContain(id);
  });

  it('leaves out a read-only disk, which gives up no space', async () => {
    const disks = [...BARE_DOMAIN.disks, aHostDisk({ id: 'iso', image: '/images/iso.raw', readOnly: true })];
    const { view } = await examined({ domains: [{ ...BARE_DOMAIN, disks }], connected: [], records: [] });
    expect(view.guests[0]?.disks.map(({ disk }) => disk)).toEqual(['disk0']);
  });

  it('says of a loop device of this host that nothing of it is mounted, once the agent has told what is', async () => {
    const loop = aDomain({
      key: 'loop',
      name: 'this host',
      source: 'loop-devices',
      uuid: null,
      guestUuid: null,
      bootId: anIdentity().bootId,
      disks: [aHostDisk({ id: 'loop4', bus: 'loop', kernelName: 'loop4', image: '/images/unm.img' })],
    });
    const unmatchedOf = async (rest: Parameters<typeof aConnected>[0]) => {
      const { view } = await examined({ domains: [loop], connected: [aConnected(rest)] });
      return view.guests.flatMap(({ disks }) => disks).find(({ disk }) => disk === 'loop4')?.unmatched;
    };
    expect(await unmatchedOf({})).toBe(
      'nothing of it is mounted where the agent looks, so no trim reaches it: mount it and trim it, or, if nobody needs what is on it, blkdiscard it',
    );
    expect(await unmatchedOf({ inventory: null, wireVersion: 1 })).toBe('no agent tells which disk of the guest it is');
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
    ['also where it was called off', { verdict: 'cancelled' }],
    ['also where it failed', { verdict: 'failed' }],
    ['also where nothing could be told of it', { verdict: 'inconclusive' }],
    ['also where no image was matched then', { verdict: 'inconclusive', image: null }],
  ] as const)('is told, %s', async (_, newer) => {
    const trims = [aResult('newer', newer), aResult('older', { verdict: 'reclaimed' })];
    const { view } = await examined({ trims, domains: [WEB_DOMAIN] });
    expect(view.guests[0]?.disks[0]?.lastTrim).toMatchObject({ id: 'newer', verdict: newer.verdict });
  });

  it('is told of a guest whose agent is away, and which of its disks it was of', async () => {
    const trims = [aResult('newest', { verdict: 'reclaimed' })];
    const other = aHostDisk({ id: 'disk1', image: '/images/other.raw' });
    const { view } = await examined({
      trims,
      connected: [],
      domains: [{ ...WEB_DOMAIN, disks: [...WEB_DOMAIN.disks, other] }],
    });
    expect(view.guests[0]?.disks.map(({ disk, lastTrim }) => [disk, lastTrim?.id ?? null])).toEqual([
      ['disk0', 'newest'],
      ['disk1', null],
    ]);
    // The hypervisor's name of one disk may be the guest's name of another.
    const unmatched = [aResult('unmatched', { device: 'disk0', image: null })];
    const away = await examined({ trims: unmatched, connected: [], domains: [WEB_DOMAIN] });
    expect(away.view.guests[0]?.disks[0]?.lastTrim).toBeNull();
  });

  it('is told of an image that cannot be read', async () => {
    const trims = [aResult('newest', { verdict: 'inconclusive' })];
    const { view } = await examined({ trims, domains: [WEB_DOMAIN], unreadable: ['/images/web.raw'] });
    expect(view.guests[0]?.disks[0]).toMatchObject({ slack: null, lastTrim: { id: 'newest' } });
  });

  it('is not one of another image', async () => {
    const trims = [aResult('newer', { image: '/images/old.raw' }), aResult('older', { verdict: 'reclaimed' })];
    const { view } = await examined({ trims, domains: [WEB_DOMAIN] });
    expect(view.guests[0]?.disks[0]?.lastTrim).toMatchObject({ id: 'older', verdict: 'reclaimed' });
  });

  it('that was lost still shows its cause when the one after it was called off', async () => {
    const lost = { verdict: 'lost', cause: 'granularity-too-coarse', lostAt: 'passed' } as const;
    const alone = await examined({ trims: [aResult('lost', lost)], domains: [WEB_DOMAIN] });
    const { view } = await examined({
      trims: [aResult('newer', { verdict: 'cancelled' }), aResult('lost', lost)],
      domains: [WEB_DOMAIN],
    });
    const findings = ({ guests }: typeof view) => guests[0]?.disks[0]?.findings.map(({ cause }) => cause);
    expect(findings(view)).toEqual(findings(alone.view));
  });

  it('that sent much and got nothing back leaves nothing to expect of the next', async () => {
    const hops = { ...(TRIM.disks[0] as DiskResult).hops, receivedBytes: GIB, reclaimedBytes: 0 };
    const vain = { verdict: 'inconclusive', cause: null, hops, writtenBytes: 0 } as const;
    const { view } = await examined({ trims: [aResult('vain', vain)], domains: [WEB_DOMAIN] });
    const [disk] = view.guests[0]?.disks ?? [];
    expect(disk).toMatchObject({ lastTrim: { vainBytes: GIB }, nowBytes: null, afterFixesBytes: null });
    expect(view.sum.unknownDisks).toBe(1);
    for (const telling of [{ writtenBytes: GIB }, { hops: { ...hops, reclaimedBytes: GIB } }, { cause: 'dm-crypt' }]) {
      const other = await examined({ trims: [aResult('other', { ...vain, ...telling })], domains: [WEB_DOMAIN] });
      expect(other.view.guests[0]?.disks[0]?.lastTrim?.vainBytes).toBeNull();
    }
  });

  it('is null where no trim of it is stored', async () => {
    const { view } = await examined({
      domains: [{ ...WEB_DOMAIN, disks: [aHostDisk({ serial: 'web-root', nodes: UNMAP })] }],
    });
    expect(view.guests[0]?.disks[0]?.lastTrim).toBeNull();
  });
});
