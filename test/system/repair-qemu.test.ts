import { describe, expect, it } from 'vitest';
import { createRepaired } from '../../collector/src/conduct/repair/repaired.ts';
import { createRepairs } from '../../collector/src/conduct/repair/repairs.ts';
import type { Domain } from '../../collector/src/model/domain.ts';
import type { PausedQemu } from '../collector/host/paused-qemu.ts';
import { allocationOf } from '../support/allocation.ts';
import { files, qmp, readGuest, readHost, useRealHost } from './real-host.ts';

// A real QEMU whose processor never runs: qemu-io of its own monitor plays the guest, so that each shape of a disk
// takes a second.

const MIB = 1024 ** 2;
const host = useRealHost();
const { run, at, start } = host;

const json = (node: object) => ['-blockdev', JSON.stringify(node)];
const device = (node: string) => ['-device', `virtio-blk-pci,id=disk,drive=${node}`];
const file = (name: string, more: object = {}) => ({
  driver: 'file',
  'node-name': 'file',
  filename: at(name),
  ...more,
});

function repairsOf(change: typeof qmp.change = qmp.change) {
  const repaired = createRepaired();
  const refine = async (domain: Domain) => repaired.apply(domain);
  const none = async () => [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return createRepairs({
    refine,
    repaired,
    files,
    log,
    qmp: { ask: qmp.ask, change },
    survey: { readNow: () => readHost(), findPaths: none },
    store: { guests: async () => [] },
    links: { guests: () => [] },
    qemuGaGuests: { ask: async () => new Map() },
  });
}

/** Writes 8 MiB as the guest would, discards them, and says how much of them the image gave back. */
async function discardBack(qemu: PausedQemu, image: string): Promise<number> {
  const device = '/machine/peripheral/disk/virtio-backend';
  for (const command of ['write -P 7 0 8M', 'flush']) await qemu.monitor(`qemu-io -d ${device} "${command}"`);
  const before = await allocationOf(image);
  for (const command of ['discard 0 8M', 'flush']) await qemu.monitor(`qemu-io -d ${device} "${command}"`);
  return before - (await allocationOf(image));
}

const startNamed = (args: readonly string[]) => start(['-name', 'leaky', ...args]);
const QUERY = { guest: 'leaky', disk: 'disk', evenIfTainted: false };

const SHAPES: readonly [title: string, image: string, args: () => readonly string[], nodes: readonly string[]][] = [
  [
    'qcow2 with its cache given',
    'a.qcow2',
    () => [
      ...json(file('a.qcow2', { cache: { direct: false, 'no-flush': true }, 'auto-read-only': true, aio: 'threads' })),
      ...json({
        driver: 'qcow2',
        'node-name': 'format',
        file: 'file',
        'read-only': false,
        'detect-zeroes': 'on',
        cache: { direct: false, 'no-flush': true },
        'l2-cache-size': MIB,
        'lazy-refcounts': true,
      }),
      ...device('format'),
    ],
    ['file', 'format'],
  ],
  [
    'raw behind a throttle node',
    'a.raw',
    () => [
      ...['-object', 'throttle-group,id=group0,x-iops-total=100000'],
      ...json(file('a.raw')),
      ...json({ driver: 'raw', 'node-name': 'format', file: 'file' }),
      ...json({ driver: 'throttle', 'node-name': 'throttle', file: 'format', 'throttle-group': 'group0' }),
      ...device('throttle'),
    ],
    ['file', 'format', 'throttle'],
  ],
  [
    'one graph in one -blockdev, as Proxmox VE 9 has it',
    'a.qcow2',
    () => [
      ...['-object', '{"qom-type":"throttle-group","id":"group0","limits":{}}'],
      ...json({
        driver: 'throttle',
        'node-name': 'drive-disk',
        discard: 'ignore',
        'throttle-group': 'group0',
        file: {
          driver: 'qcow2',
          'node-name': 'format',
          discard: 'ignore',
          'detect-zeroes': 'on',
          file: file('a.qcow2', { discard: 'ignore', 'detect-zeroes': 'on' }),
        },
      }),
      ...device('drive-disk'),
    ],
    ['file', 'format', 'drive-disk'],
  ],
  [
    'options as text, of which one is lost unless it is given again',
    'a.raw',
    () => [
      ...['-blockdev', `driver=file,node-name=file,filename=${at('a.raw')},locking=off,cache.no-flush=on`],
      ...['-blockdev', 'raw,node-name=format,file=file,offset=1048576,size=33554432,cache.no-flush=on,read-only=off'],
      ...device('format'),
    ],
    ['file', 'format'],
  ],
  [
    'an overlay whose backing file is a node of its own, in an I/O thread',
    'over.qcow2',
    () => [
      ...['-object', 'iothread,id=thread0'],
      ...json({ ...file('a.qcow2'), 'node-name': 'base-file', 'auto-read-only': true }),
      ...json({ driver: 'qcow2', 'node-name': 'base', file: 'base-file', 'read-only': true, backing: null }),
      ...json(file('over.qcow2')),
      ...json({ driver: 'qcow2', 'node-name': 'format', file: 'file', backing: 'base' }),
      ...device('format,iothread=thread0'),
    ],
    ['file', 'format'],
  ],
];

function createImages() {
  run('qemu-img', 'create', '-q', '-f', 'qcow2', 'a.qcow2', '64M');
  run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', 'a.qcow2', '-F', 'qcow2', 'over.qcow2');
  run('truncate', '-s', '64M', 'a.raw');
}

describe('a disk that drops discards passes them on after its repair, and all else stays', () => {
  it.each(SHAPES)('%s', async (_title, image, args, nodes) => {
    createImages();
    const qemu = await startNamed(args());
    const states = async () => JSON.stringify(await readStates(qemu));
    expect(await discardBack(qemu, at(image))).toBe(0);
    const before = await states();
    const repairs = repairsOf();
    expect(await repairs.plan(QUERY)).toMatchObject({ guest: 'leaky', image: at(image), taints: false });
    expect(await discardBack(qemu, at(image))).toBe(0);

    expect(await repairs.repair(QUERY)).toMatchObject({ reopened: nodes });

    expect(await discardBack(qemu, at(image))).toBe(8 * MIB);
    expect(await states()).toBe(before);
    await expect(repairs.repair(QUERY)).rejects.toMatchObject({ detail: { code: 'nothing-to-repair' } });
  });
});

/** All that QEMU tells of its nodes, without what writing changes. */
async function readStates(qemu: PausedQemu): Promise<unknown> {
  const nodes = (await qemu.execute('query-named-block-nodes', { flat: true })) as { image: object }[];
  return nodes.map((node) => ({ ...node, image: { ...node.image, 'actual-size': null } }));
}

const refusal = (cause: RegExp) => ({ detail: { code: 'cannot-repair', cause: expect.stringMatching(cause) } });

describe('what is not repaired', () => {
  const plain = () => [
    ...json(file('a.raw')),
    ...json({ driver: 'raw', 'node-name': 'format', file: 'file' }),
    ...device('format'),
  ];

  it.each<[string, () => readonly string[], RegExp]>([
    [
      'a -drive',
      () => ['-drive', `file=${at('a.raw')},format=raw,if=none,id=disk0`, ...device('disk0')],
      /is a -drive/,
    ],
    [
      'a nested node without a name',
      () => [
        ...json({ driver: 'raw', 'node-name': 'top', file: { driver: 'file', filename: at('a.raw') } }),
        ...device('top'),
      ],
      /a file node has no node-name/,
    ],
    [
      'a copy-on-read filter',
      () => [
        ...json(file('a.raw')),
        ...json({ driver: 'copy-on-read', 'node-name': 'top', file: 'file' }),
        ...device('top'),
      ],
      /driver 'copy-on-read', which QEMU cannot reopen/,
    ],
    [
      'a backing file that only the image names',
      () => [
        ...json(file('over.qcow2')),
        ...json({ driver: 'qcow2', 'node-name': 'format', file: 'file' }),
        ...device('format'),
      ],
      /node format has a backing file that its -blockdev does not name/,
    ],
  ])('%s', async (_title, args, cause) => {
    createImages();
    await startNamed(args());
    const planned = repairsOf().plan(QUERY);
    await expect(planned).rejects.toMatchObject(refusal(cause));
    await expect(planned).rejects.toMatchObject({ detail: { hint: expect.stringMatching(/discard/) } });
  });

  it('a read-only disk, and no other change is recommended for it', async () => {
    createImages();
    await startNamed([...json(file('a.raw', { 'read-only': true })), ...device('file')]);
    await expect(repairsOf().plan(QUERY)).rejects.toMatchObject({
      detail: {
        code: 'cannot-repair',
        cause: expect.stringMatching(/the disk is read-only/),
        hint: expect.stringMatching(/^Nothing/),
      },
    });
  });

  it('a disk that a live snapshot moved', async () => {
    createImages();
    const qemu = await startNamed(plain());
    await qemu.execute('blockdev-snapshot-sync', {
      'node-name': 'format',
      'snapshot-file': at('moved.qcow2'),
      'snapshot-node-name': 'moved',
    });
    await expect(repairsOf().plan({ ...QUERY, disk: at('a.raw') })).rejects.toMatchObject(
      refusal(/another block graph than at its start/),
    );
  });

  it('a disk that a block job works on', async () => {
    createImages();
    const qemu = await startNamed(plain());
    await qemu.execute('drive-mirror', {
      device: 'format',
      'job-id': 'copy',
      target: at('copy.raw'),
      sync: 'full',
      format: 'raw',
      speed: 1,
    });
    await expect(repairsOf().plan(QUERY)).rejects.toMatchObject(refusal(/block job \(mirror\)/));
  });

  it('a disk of which somebody changed an option since', async () => {
    createImages();
    const qemu = await startNamed(plain());
    const changed = { ...file('a.raw'), cache: { direct: false, 'no-flush': true } };
    await qemu.execute('blockdev-reopen', { options: [changed] });
    await expect(repairsOf().plan(QUERY)).rejects.toMatchObject(
      refusal(/node file has cache.no-flush=true, and was started with false/),
    );
  });

  it('a guest without a monitor to speak to is told apart from one that is not there', async () => {
    createImages();
    const qemu = await startNamed(plain());
    const { domain } = await readGuest(qemu);
    expect(domain.monitors).toHaveLength(1);
    await expect(repairsOf().plan({ ...QUERY, guest: 'nobody' })).rejects.toMatchObject({
      detail: { code: 'unknown-guest' },
    });
    await expect(repairsOf().plan({ ...QUERY, disk: 'sdz' })).rejects.toMatchObject({
      detail: { code: 'unknown-disk', hint: `It has: disk (${at('a.raw')}).` },
    });
  });
});

it('when QEMU refuses one node, none is reopened, and the fault says so', async () => {
  createImages();
  const qemu = await startNamed([
    ...json(file('a.qcow2')),
    ...json({ driver: 'qcow2', 'node-name': 'format', file: 'file' }),
    ...device('format'),
  ]);
  // The second of the two with an option that QEMU does not know.
  const repairs = repairsOf((monitor, { execute, arguments: { options } }) => {
    const spoilt = options.map((node, index) =>
      index === 0 ? node : { ...node, 'l2-cache-size': MIB, 'cache-size': 1 },
    );
    return qmp.change(monitor, { execute, arguments: { options: spoilt } });
  });
  await expect(repairs.repair(QUERY)).rejects.toMatchObject({
    detail: {
      code: 'repair-stopped',
      cause: expect.stringMatching(/^QEMU refuses: .*none of its nodes was reopened \(file, format\)$/),
    },
  });
  expect(await discardBack(qemu, at('a.qcow2'))).toBe(0);
});
