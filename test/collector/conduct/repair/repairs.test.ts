import { describe, expect, it } from 'vitest';
import { toPersistentFix } from '../../../../collector/src/conduct/repair/persistent-fix.ts';
import { createRepaired } from '../../../../collector/src/conduct/repair/repaired.ts';
import { createRepairs } from '../../../../collector/src/conduct/repair/repairs.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { Qmp } from '../../../../collector/src/ports/qmp.ts';
import type { GuestRecord } from '../../../../collector/src/ports/store/guests.ts';
import { aDomain, aHostDisk } from '../../correlate/examples.ts';
import { aRecord } from '../known-host.ts';

// What no real QEMU does on request. The repairs themselves are in test/system/repair-qemu.test.ts and repair.test.ts.

const ARGV = [
  ...['qemu-system-x86_64', '-blockdev', 'file,node-name=file,filename=/images/a.raw'],
  ...['-blockdev', 'raw,node-name=format,file=file', '-device', 'virtio-blk-pci,id=disk0,drive=format'],
];
const NODES = [
  { node: 'format', role: 'format', discard: 'ignore' },
  { node: 'file', role: 'file', discard: 'ignore' },
] as const;

const stateOf = ({ node, drv }: { node: string; drv: string }) => ({
  'node-name': node,
  drv,
  file: '/images/a.raw',
  ro: false,
  detect_zeroes: 'off',
  encrypted: false,
  cache: { writeback: true, direct: false, 'no-flush': false },
});
const stats = [{ qdev: 'disk0', 'node-name': 'format', parent: { 'node-name': 'file' } }];
const version = { qemu: { major: 7, minor: 2, micro: 22 }, package: '' };
const ANSWERS = [
  [stateOf({ node: 'file', drv: 'file' }), stateOf({ node: 'format', drv: 'raw' })],
  stats,
  [],
  version,
] as const;

function scene({
  domain = {},
  others = [],
  records = [],
  ...qmp
}: Partial<Qmp> & {
  domain?: Partial<Domain>;
  others?: readonly Domain[];
  records?: readonly GuestRecord[];
} = {}) {
  const asked: string[] = [];
  const repaired = createRepaired();
  const known = aDomain({
    monitors: [{ kind: 'socket', path: '/run/qmp' }],
    disks: [aHostDisk({ id: 'disk0', nodes: NODES })],
    ...domain,
  });
  const repairs = createRepairs({
    refine: async (one) => repaired.apply(one),
    repaired,
    files: { readText: async () => `${ARGV.join('\0')}\0` },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    qmp: {
      async ask(monitor, commands) {
        asked.push('ask');
        return qmp.ask === undefined ? ANSWERS : qmp.ask(monitor, commands);
      },
      async change(monitor, change) {
        asked.push('change');
        return qmp.change === undefined ? { refusal: null } : qmp.change(monitor, change);
      },
    },
    survey: {
      readNow: async () => ({
        takenAt: 0,
        domains: [...others, known],
        findings: [],
        sources: [],
        offSince: new Map(),
      }),
      findPaths: async () => [],
    },
    store: { guests: async () => records },
    links: { guests: () => [] },
    qemuGaGuests: { ask: async () => new Map() },
  });
  return { repairs, repaired, known, asked };
}

const QUERY = { guest: 'web', disk: 'disk0', evenIfTainted: false };
const stopped = (cause: RegExp) => ({ detail: { code: 'repair-stopped', cause: expect.stringMatching(cause) } });

describe('anything unexpected stops a repair, and the fault says the state', () => {
  it('QEMU goes away in the middle', async () => {
    const { repairs, repaired, known } = scene({
      change: () => Promise.reject(new Error('QEMU closed the connection')),
    });
    await expect(repairs.repair(QUERY)).rejects.toMatchObject(
      stopped(/closed the connection.*whether its nodes were reopened is not known: file, format$/),
    );
    expect(repaired.apply(known)).toEqual(known);
  });

  it('QEMU refuses', async () => {
    const { repairs, repaired, known } = scene({ change: async () => ({ refusal: 'Node is busy' }) });
    await expect(repairs.repair(QUERY)).rejects.toMatchObject(
      stopped(/^QEMU refuses: Node is busy; none of its nodes was reopened \(file, format\)$/),
    );
    expect(repaired.apply(known)).toEqual(known);
  });

  it('an option is not as it was afterwards', async () => {
    let answers = 0;
    const other = {
      ...stateOf({ node: 'file', drv: 'file' }),
      cache: { writeback: true, direct: true, 'no-flush': false },
    };
    const { repairs, repaired, known, asked } = scene({
      async ask() {
        answers += 1;
        return answers < 2 ? ANSWERS : [[other, ANSWERS[0][1]], stats, [], version];
      },
    });
    await expect(repairs.repair(QUERY)).rejects.toMatchObject(
      stopped(
        /^nodes that should have stayed as they were have changed: file; these nodes were reopened: file, format$/,
      ),
    );
    expect(asked).toEqual(['ask', 'change', 'ask']);
    // They are reopened all the same, and pass discards on.
    expect(repaired.apply(known).disks[0]?.nodes.map(({ discard }) => discard)).toEqual(['unmap', 'unmap']);
  });

  it('QEMU is silent afterwards', async () => {
    let answers = 0;
    const { repairs } = scene({
      async ask() {
        answers += 1;
        if (answers > 1) throw new Error('no greeting');
        return ANSWERS;
      },
    });
    await expect(repairs.repair(QUERY)).rejects.toMatchObject(
      stopped(/its nodes could not be read again \(no greeting\); these nodes were reopened: file, format$/),
    );
  });
});

it('a plan names the guest, and not a domain that has the name of another guest', async () => {
  const others = [aDomain({ key: 'qemu:200', uuid: null, guestUuid: null, pid: 200 })];
  const { repairs } = scene({ others, records: [aRecord({ name: 'web~2' })] });
  expect((await repairs.plan({ ...QUERY, guest: 'web~2' })).guest).toBe('web~2');
});

it('a disk is meant by its target in libvirt too, but not where that is the name of another disk', async () => {
  const [a, b] = [
    aHostDisk({ id: 'virtio-disk0', target: 'vda', nodes: NODES }),
    aHostDisk({ id: 'vda', image: '/b' }),
  ];
  const one = scene({ domain: { disks: [{ ...a, id: 'disk0' }] } });
  expect((await one.repairs.plan({ ...QUERY, disk: 'vda' })).image).toBe(a.image);
  const other = scene({
    domain: {
      disks: [
        { ...a, target: 'disk0' },
        { ...b, id: 'disk0', nodes: NODES },
      ],
    },
  });
  expect((await other.repairs.plan(QUERY)).image).toBe('/b');
  await expect(scene({ domain: { disks: [a] } }).repairs.plan({ ...QUERY, disk: 'sdz' })).rejects.toMatchObject({
    detail: { code: 'unknown-disk', hint: `It has: vda (${a.image}).` },
  });
});

it('two who want the same disk repaired have it reopened once', async () => {
  const { repairs, asked } = scene();
  const [one, other] = await Promise.allSettled([repairs.repair(QUERY), repairs.repair(QUERY)]);
  expect(one).toMatchObject({ value: { reopened: ['file', 'format'] } });
  expect(other).toMatchObject({ reason: { detail: { code: 'nothing-to-repair' } } });
  expect(asked.filter((what) => what === 'change')).toHaveLength(1);
});

it("libvirt's QEMU is not even asked before somebody has accepted the taint", async () => {
  const { repairs, asked } = scene({
    domain: { source: 'libvirt', monitors: [{ kind: 'libvirt', uri: 'qemu:///system', domain: 'u' }] },
  });
  const refused = repairs.plan(QUERY);
  await expect(refused).rejects.toMatchObject({
    detail: { code: 'would-taint', hint: expect.stringContaining('--even-if-tainted') },
  });
  await expect(refused).rejects.toMatchObject({
    detail: { hint: expect.stringContaining('virt-xml web --edit path=/images/a.raw --disk driver.discard=unmap') },
  });
  expect(asked).toEqual([]);
  expect(await repairs.plan({ ...QUERY, evenIfTainted: true })).toMatchObject({ taints: true });
  // libvirt does not notice what goes through a socket that it does not hold, and expects it as little.
  const { repairs: bySocket } = scene({ domain: { source: 'libvirt' } });
  await expect(bySocket.plan(QUERY)).rejects.toMatchObject({ detail: { code: 'would-taint' } });
  expect(await bySocket.plan({ ...QUERY, evenIfTainted: true })).toMatchObject({ taints: false });
});

it.each<[string, Partial<Domain>, RegExp]>([
  [
    'a guest that is off',
    { isRunning: false, monitors: [] },
    /^the disk is of a guest of which no QEMU runs on this host$/,
  ],
  ['a guest whose QEMU has no QMP socket', { monitors: [] }, /cannot be spoken to: it was started without/],
  ['a guest whose process is hidden', { pid: null }, /process of its QEMU was not found/],
])('%s cannot be repaired', async (_title, domain, cause) => {
  await expect(scene({ domain }).repairs.plan(QUERY)).rejects.toMatchObject({
    detail: { code: 'cannot-repair', cause: expect.stringMatching(cause) },
  });
});

it('of a guest that is off it is told what to change meanwhile, and that it is started then', async () => {
  const domain = { isRunning: false, monitors: [], source: 'libvirt', libvirtUri: 'qemu:///system' } as const;
  const { hint } = await scene({ domain })
    .repairs.plan(QUERY)
    .then(
      () => ({ hint: null }),
      (error) => error.detail,
    );
  expect(hint).toBe(
    '`virt-xml web --edit path=/images/a.raw --disk driver.discard=unmap`. Then start it (virsh start web), and trim.',
  );
});

it('of a disk that another process serves, the discards are let through there', async () => {
  const nodes = [
    { node: 'format', role: 'format', discard: 'unmap' },
    { node: null, role: 'server', discard: 'ignore' },
  ] as const;
  const { repairs, asked } = scene({ domain: { disks: [aHostDisk({ id: 'disk0', nodes })] } });
  await expect(repairs.plan(QUERY)).rejects.toMatchObject({
    detail: {
      code: 'cannot-repair',
      cause: 'the disk is served by another process of this host, which ignores discards',
      hint: expect.stringContaining('qemu-nbd --discard=unmap'),
    },
  });
  expect(asked).toEqual([]);
});

it('a QEMU that knows no blockdev-reopen is refused before it is asked for one', async () => {
  const old = { qemu: { major: 6, minor: 0, micro: 1 }, package: '' };
  const { repairs, asked } = scene({ ask: async () => [...ANSWERS.slice(0, 3), old] });
  await expect(repairs.repair(QUERY)).rejects.toMatchObject({
    detail: { code: 'cannot-repair', cause: expect.stringContaining('QEMU 6.0, which has no blockdev-reopen') },
  });
  expect(asked).toEqual(['ask']);
});

describe('the change that must be made besides', () => {
  const disk = aHostDisk({ id: 'scsi0', image: "/images/it's.raw", nodes: NODES });
  const fixOf = (domain: Partial<Domain>) => toPersistentFix({ domain: aDomain(domain), disk });

  it('is a command for libvirt, with its URI where that is not the usual one', () => {
    expect(fixOf({ source: 'libvirt', libvirtUri: 'qemu:///system' }).commands).toEqual([
      "virt-xml web --edit 'path=/images/it'\\''s.raw' --disk driver.discard=unmap",
    ]);
    expect(fixOf({ source: 'libvirt', libvirtUri: 'qemu:///session' }).commands[0]).toMatch(
      /^virt-xml --connect qemu:\/\/\/session web/,
    );
  });

  it('is a note for Proxmox VE and for QEMU by hand', () => {
    expect(fixOf({ source: 'proxmox', key: 'proxmox:100' })).toMatchObject({
      commands: [],
      note: expect.stringContaining('qm set 100 --scsi0'),
    });
    expect(fixOf({}).note).toContain('"discard":"unmap" to each of these -blockdev: node-name format, file');
  });
});

it('what was reopened is forgotten when the guest has another QEMU', () => {
  const { repaired, known } = scene();
  repaired.note(known, ['file', 'format']);
  expect(repaired.apply(known).disks[0]?.nodes).toMatchObject([{ discard: 'unmap' }, { discard: 'unmap' }]);
  expect(repaired.apply({ ...known, pid: 7 }).disks[0]?.nodes).toEqual(NODES);
});
