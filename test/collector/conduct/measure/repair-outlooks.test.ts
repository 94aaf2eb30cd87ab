import { describe, expect, it } from 'vitest';
import { createReadOutlooks } from '../../../../collector/src/conduct/measure/repair-outlooks.ts';
import {
  fileNodeIgnoresDiscard,
  filterNodeIgnoresDiscard,
  hostIgnoresDiscard,
} from '../../../../collector/src/diagnose/causes/ignoring-nodes.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { DiscardNode, Domain, HostDisk } from '../../../../collector/src/model/domain.ts';
import { aDisk, aDomain, aHostDisk } from '../../correlate/examples.ts';
import { examined } from '../../diagnose/examples.ts';

// The advice is asked of the planning that would carry it out: these disks have the right cause, and `trimtab repair`
// refuses each.

const IGNORE = [
  { node: 'fmt', role: 'format', discard: 'ignore' },
  { node: 'prot', role: 'file', discard: 'ignore' },
] as const;
const SOCKET = { kind: 'socket', path: '/run/qmp' } as const;
const LIBVIRT = { kind: 'libvirt', uri: 'qemu:///system', domain: 'u' } as const;
const DEVICE = ['-device', 'virtio-blk-pci,id=disk0,drive=fmt'];
const FILE = ['-blockdev', 'file,node-name=prot,filename=/images/a.raw', '-blockdev', 'raw,node-name=fmt,file=prot'];

const stateOf = ({ node, drv }: { node: string; drv: string }) => ({
  'node-name': node,
  drv,
  file: '/images/a.raw',
  ro: false,
  detect_zeroes: 'off',
  encrypted: false,
  cache: { writeback: true, direct: false, 'no-flush': false },
});
const answers = (jobs: readonly { type: string }[] = []) => [
  [stateOf({ node: 'prot', drv: 'file' }), stateOf({ node: 'fmt', drv: 'raw' })],
  [{ qdev: 'disk0', 'node-name': 'fmt', parent: { 'node-name': 'prot' } }],
  jobs,
  { qemu: { major: 7, minor: 2 } },
];

interface Scene {
  readonly options: readonly string[];
  readonly domain?: Partial<Domain>;
  readonly disk?: Partial<HostDisk>;
  readonly answer?: readonly unknown[];
  readonly nodes?: readonly DiscardNode[];
}

async function read({ options, domain, disk, answer = answers(), nodes = IGNORE }: Scene) {
  let asked = 0;
  const readOutlooks = createReadOutlooks({
    files: { readText: async () => ['qemu-system-x86_64', ...options, ''].join('\0') },
    qmp: {
      async ask() {
        asked += 1;
        return answer;
      },
    },
  });
  const path: DiskPath = {
    match: {
      disk: aDisk({ name: 'vda' }),
      hostDisk: aHostDisk({ id: 'disk0', nodes, ...disk }),
      matchedBy: 'serial',
      why: null,
    },
    domain: aDomain({ monitors: [SOCKET], ...domain }),
    image: null,
    pool: null,
    missing: null,
  };
  const repair = (await readOutlooks([path])).get('vda') ?? null;
  const evidence = examined({ guest: 'web', repair, nodes, domain: path.domain ?? {}, device: 'vda' });
  const [cause] = [hostIgnoresDiscard, filterNodeIgnoresDiscard, fileNodeIgnoresDiscard].filter(
    ({ find }) => find(evidence) !== null,
  );
  return { repair, asked, cause: cause?.id, fix: cause?.find(evidence)?.fix ?? null };
}

describe('a live repair that would be refused is not offered', () => {
  const nodeNamed = (name: string) =>
    `On QEMU’s command line add "discard":"unmap" to each of these -blockdev: node-name ${name}.`;
  const BOTH = nodeNamed('fmt, prot');

  it.each<[string, Scene, { why: RegExp; cause?: string; says?: string }]>([
    [
      'raw over an nbd node',
      {
        options: [
          ...[
            '-blockdev',
            '{"driver":"nbd","node-name":"prot","server":{"type":"unix","path":"/run/n"}}',
            '-blockdev',
            'raw,node-name=fmt,file=prot',
          ],
          ...DEVICE,
        ],
      },
      { why: /node prot has the driver 'nbd'/ },
    ],
    [
      'a copy-on-read filter',
      {
        options: [
          ...FILE,
          '-blockdev',
          'copy-on-read,node-name=cor,file=fmt',
          '-device',
          'virtio-blk-pci,id=disk0,drive=cor',
        ],
        nodes: [
          { node: 'cor', role: 'filter', discard: 'ignore' },
          { node: 'fmt', role: 'format', discard: 'unmap' },
          { node: 'prot', role: 'file', discard: 'unmap' },
        ],
      },
      {
        why: /node cor has the driver 'copy-on-read'/,
        cause: 'filter-node-ignores-discard',
        says: nodeNamed('cor'),
      },
    ],
    [
      'a block job',
      { options: [...FILE, ...DEVICE], answer: answers([{ type: 'mirror' }]) },
      { why: /block job \(mirror\)/ },
    ],
    [
      'a -drive',
      { options: ['-drive', 'if=none,id=d,file=/images/a.raw', '-device', 'virtio-blk-pci,id=disk0,drive=d'] },
      { why: /is a -drive/ },
    ],
    ['no monitor', { options: [...FILE, ...DEVICE], domain: { monitors: [] } }, { why: /without a QMP socket/ }],
  ])('%s', async (_title, scene, { why, cause = 'host-ignores-discard', says = BOTH }) => {
    const { repair, fix, cause: found } = await read(scene);
    expect(found).toBe(cause);
    expect(repair).toMatchObject({ kind: 'impossible', why: expect.stringMatching(why), isPlugged: false });
    // The words of the refusal itself.
    expect(fix).toEqual({
      on: 'host',
      commands: [],
      note: `${says} Then power the guest off and on (a reboot from inside keeps the QEMU that runs now), and trim again.`,
      needsPowerCycle: true,
    });
  });
});

it('is offered when the command line allows it and QEMU agrees', async () => {
  const { repair, fix } = await read({ options: [...FILE, ...DEVICE] });
  expect(repair).toEqual({ kind: 'possible' });
  expect(fix?.commands).toEqual(['trimtab repair web vda --yes']);
});

it('libvirt is never asked: its command line is all there is to tell', async () => {
  const libvirts = { source: 'libvirt', monitors: [LIBVIRT] } as const;
  const allowed = await read({ options: [...FILE, ...DEVICE], domain: libvirts });
  expect(allowed).toMatchObject({ repair: { kind: 'unasked' }, asked: 0 });
  const plugged = await read({
    options: [...FILE, ...DEVICE],
    domain: libvirts,
    disk: { id: 'scsi0-0-0-2', atNextStart: 'absent' },
  });
  expect(plugged).toMatchObject({ repair: { isPlugged: true }, asked: 0 });
  expect(plugged.fix?.commands.at(-1)).toMatch(/^virsh attach-device web /);
});

it('a trim through qemu-ga, which does not ask libvirt for anything, tells of it all the same', async () => {
  const unasked = { source: 'libvirt', monitors: [] } as const;
  const { repair, asked, fix } = await read({ options: [...FILE, ...DEVICE], domain: unasked });
  expect({ repair, asked }).toEqual({ repair: { kind: 'unasked' }, asked: 0 });
  expect(fix?.note).toContain('trimtab repair web vda --even-if-tainted');
  // What the command line forbids is not offered.
  expect(await read({ options: DEVICE, domain: unasked })).toMatchObject({ repair: { kind: 'impossible' } });
});

it('is not asked of a disk that passes discards', async () => {
  const nodes = IGNORE.map((node) => ({ ...node, discard: 'unmap' as const }));
  expect(await read({ options: [...FILE, ...DEVICE], disk: { nodes } })).toMatchObject({ repair: null, asked: 0 });
});
