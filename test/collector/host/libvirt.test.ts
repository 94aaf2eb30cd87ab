import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import { createLibvirtSource } from '../../../collector/src/host/libvirt/libvirt-source.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { createFakeVirsh, type FakeVirsh } from './fake-virsh.ts';
import { readAllXml, readXml } from './read-xml.ts';

const ARTICLE = 'c0ffee00-0000-4000-8000-000000000019';

let virsh: FakeVirsh;
beforeEach(() => {
  virsh = createFakeVirsh();
});
afterEach(() => virsh.remove());

const create = (more: { idleMs?: number } = {}) =>
  createLibvirtSource({ virsh: createVirsh({ searchPath: virsh.searchPath, ...more }), uri: 'qemu:///system' });
const defineAll = () => {
  for (const [uuid, xml] of readAllXml()) virsh.define({ uuid, xml });
};

async function read(source = create()) {
  const answer = await source.read();
  if (answer.kind === 'unavailable') throw new Error(answer.why);
  return answer;
}

describe('the libvirt source', () => {
  it('reads all domains with one process, over a read-only connection', async () => {
    defineAll();
    const { domains, findings } = await read();
    expect(virsh.calls()).toEqual(['--quiet --readonly --connect qemu:///system']);
    expect(domains).toHaveLength(readAllXml().size);
    const rows = domains.flatMap(({ name, disks }) =>
      disks.map(({ id, bus, image, storage, pciPath }) =>
        [name, id, bus, image, storage, pciPath?.join('>') ?? '-'].join(' | '),
      ),
    );
    expect(rows.sort()).toEqual(
      [
        'Fedora19 | scsi0-0-0-0 | virtio-scsi | /guests/Fedora19.img | file | 07.0',
        'clone-of-db | ua-db-root | virtio-scsi | /guests/db.qcow2 | file | 01.0>00.0',
        'ide-and-sata | ide0-0-1 | ide | /guests/shared.raw | file | 01.1',
        'ide-and-sata | sata0-0-0 | sata | /guests/overlay.qcow2 | file | 02.0',
        'ide-and-sata | usb-disk1 | usb | /guests/usb.qcow2 | file | -',
        'network | vda | virtio-blk | rbd:guests/db-archive | network | 01.2>00.0',
        'network | vdb | virtio-blk | nbd:192.0.2.9/export1 | network | 01.3>00.0',
        'network | vdc | virtio-blk | iscsi:iqn.2013-07.com.example:iscsi-nopool/2 | network | 01.4>00.0',
        'q35-ports | sata0-0-0 | sata | /guests/sata.raw | file | 1f.2',
        'q35-ports | scsi0-0-0-5 | virtio-scsi | /var/lib/libvirt/guests/data.qcow2 | file | 02.1>00.0>00.0>00.0',
        'q35-ports | virtio-disk0 | virtio-blk | /guests/root.qcow2 | file | 02.0>00.0',
        'script | ua-root | virtio-scsi | /guests/root.qcow2 | file | 02.0',
        'shared & backed | scsi0-0-0-0 | virtio-scsi | /guests/shared.raw | file | 02.0',
        'shared & backed | scsi1-0-3 | scsi | /guests/sata.raw | file | 03.0',
        'shared & backed | virtio-disk0 | virtio-blk | /guests/overlay.qcow2 | file | 04.0',
        'shared & backed | virtio-disk1 | virtio-blk | /dev/loop0 | block | 05.0',
      ].sort(),
    );
    expect(findings).toMatchObject([
      { subject: 'network, disk sda', sentence: expect.stringContaining('straight to the device') },
    ]);
  });

  it('reads hwuuid, serial, WWN, blockio, detect_zeroes, shareable and places on the bus', async () => {
    defineAll();
    const { domains } = await read();
    const find = (name: string) => domains.find((domain) => domain.name === name);
    expect(find('clone-of-db')).toMatchObject({
      uuid: 'c0ffee00-0000-4000-8000-00000000d0b0',
      guestUuid: 'd0b0d0b0-0000-4000-8000-00000000d0b0',
      libvirtUri: 'qemu:///system',
      monitors: [{ kind: 'libvirt', uri: 'qemu:///system', domain: 'c0ffee00-0000-4000-8000-00000000d0b0' }],
      disks: [
        {
          serial: 'db & root',
          discardGranularityBytes: 65_536,
          detectZeroes: 'unmap',
          scsiAddress: { channel: 0, target: 1, lun: 2 },
          nodes: [
            { role: 'format', discard: 'unmap' },
            { role: 'file', discard: 'unmap' },
          ],
        },
      ],
    });
    // A text that looks like a number stays the text it is.
    expect(find('q35-ports')?.disks).toMatchObject([{}, { serial: '0012' }, { wwn: '0x5000c50015ea71ab' }]);
    expect(find('shared & backed')?.disks).toMatchObject([
      { shareable: true, readOnly: false },
      { shareable: false, readOnly: true, scsiAddress: { channel: 0, target: 3, lun: 0 } },
      { format: 'qcow2' },
      { readOnly: true },
    ]);
    // Shut off: nobody to ask.
    expect(find('network')).toMatchObject({ monitors: [], pid: null });
  });

  it('says where a volume of a pool is not to be found', async () => {
    virsh.define({
      uuid: 'c0ffee00-0000-4000-8000-000000000035',
      xml: readXml('q35-root-ports').replace("pool='guests'", "pool='gone'"),
    });
    const { domains, findings } = await read();
    expect(domains[0]?.disks[2]).toMatchObject({ image: 'volume:gone/data.qcow2', storage: 'network' });
    expect(findings).toMatchObject([{ hint: 'virsh vol-path --pool gone data.qcow2' }]);
  });

  it('passes on what else virsh complains about, and goes on', async () => {
    const xml = readXml('q35-root-ports').replace("pool='guests'", "pool='asleep'");
    virsh.define({ uuid: 'c0ffee00-0000-4000-8000-000000000035', xml });
    const { domains, findings } = await read();
    expect(domains).toHaveLength(1);
    expect(findings).toMatchObject([
      { subject: 'libvirt', sentence: expect.stringContaining("storage pool 'asleep' is not active") },
      { subject: 'q35-ports, disk scsi0-0-0-5' },
    ]);
  });

  it('does not parse again what did not change', async () => {
    virsh.define({ uuid: ARTICLE, xml: readXml('article') });
    const source = create();
    const [first, second] = [await read(source), await read(source)];
    // The very same objects: nothing was made anew.
    expect(second.domains[0]?.monitors).toBe(first.domains[0]?.monitors);
    virsh.define({ uuid: ARTICLE, xml: readXml('article').replace("discard='unmap'", '') });
    const third = await read(source);
    expect(third.domains[0]?.disks[0]?.nodes[0]?.discard).toBe('ignore');
  });

  it('goes on when a domain ends between the list and the question', async () => {
    virsh.define({ uuid: ARTICLE, xml: readXml('article') });
    virsh.define({ uuid: 'c0ffee00-0000-4000-8000-000000000001', xml: '' });
    const { domains, findings } = await read();
    expect(domains.map(({ name }) => name)).toEqual(['Fedora19']);
    expect(findings).toEqual([]);
  });

  it.each([
    [
      'of 50 MB',
      (xml: string) => xml.replace('</name>', `</name><title>${'x'.repeat(50_000_000)}</title>`),
      'longer than',
    ],
    ['with a DOCTYPE', (xml: string) => `<!DOCTYPE domain SYSTEM "file:///etc/passwd">${xml}`, 'document type'],
    [
      'with an entity bomb',
      (xml: string) =>
        `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>${xml.replace('Fedora19', '&c;')}`,
      'document type',
    ],
    ['with an entity of its own', (xml: string) => xml.replace('Fedora19', '&c;'), 'entity'],
    ['that is cut off', (xml: string) => xml.slice(0, 1000), 'cut off'],
    ['that is cut off between two tags', (xml: string) => xml.slice(0, xml.indexOf('<controller')), 'cut off'],
    [
      'of another domain',
      (xml: string) => xml.replace(ARTICLE, 'c0ffee00-0000-4000-8000-000000000001'),
      'another domain',
    ],
  ])('refuses XML %s with the reason, and reads the others', async (_, spoil, reason) => {
    defineAll();
    virsh.define({ uuid: ARTICLE, xml: spoil(readXml('article')) });
    const { domains, findings } = await read();
    expect(domains.map(({ name }) => name)).not.toContain('Fedora19');
    expect(domains).toHaveLength(readAllXml().size - 1);
    expect(findings).toContainEqual({
      subject: `domain ${ARTICLE}`,
      sentence: expect.stringContaining(reason),
      hint: `virsh dumpxml ${ARTICLE}`,
    });
  });

  it('finds no way through a ring of bridges, or past one that is not there', async () => {
    const ring = readXml('q35-root-ports').replace(
      /(index='1' model='pcie-root-port'>[\s\S]*?<address [^>]*bus=)'0x00'/,
      "$1'0x01'",
    );
    const [uuid = ''] = /c0ffee00-[^<]*/.exec(ring) ?? [];
    virsh.define({ uuid, xml: ring.replace("<controller type='pci' index='4'", "<controller type='pci' index='9'") });
    const { domains } = await read();
    expect(domains[0]?.disks.map(({ pciPath }) => pciPath)).toEqual([null, ['1f.2'], null]);
  });
});

describe('a libvirt that does not answer', () => {
  const clock = createTestClock();

  it('is explained when there is none', async () => {
    const none = createLibvirtSource({ virsh: createVirsh({ searchPath: '/nowhere' }), uri: 'qemu:///system' });
    expect(await none.read()).toMatchObject({ why: 'no virsh on this host' });
    virsh.refuse("error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/x': No such file\n");
    expect(await create().read()).toMatchObject({ why: "Failed to connect socket to '/x': No such file" });
  });

  it('is given up when it goes silent', async () => {
    virsh.hang();
    expect(await create({ idleMs: 300 }).read()).toMatchObject({ why: 'virsh has answered nothing for 300 ms' });
  });

  it('is no host without guests when it fails in the middle', async () => {
    defineAll();
    const source = create();
    await read(source);
    virsh.refuse('error: Disconnected from qemu:///system due to end of file\n');
    expect(await source.read()).toMatchObject({ why: expect.stringContaining('end of file') });
  });

  it('keeps its last answer with its age, and is believed again later', async () => {
    virsh.define({ uuid: ARTICLE, xml: readXml('article') });
    const readHost = createHostReader({ sources: [create()], clock });
    const fresh = await readHost();
    expect(fresh.domains.map(({ isRunning }) => isRunning)).toEqual([true]);
    expect(fresh.sources).toEqual([{ source: 'libvirt', used: true, sentence: '1 guest', answeredAt: fresh.takenAt }]);
    virsh.refuse('error: End of file while reading data\n');
    clock.advance(90_000);
    const stale = await readHost();
    // It may have been started or switched off since.
    expect(stale.domains).toEqual(fresh.domains.map((domain) => ({ ...domain, isRunning: null })));
    expect(stale.sources).toEqual([
      {
        source: 'libvirt',
        used: true,
        sentence: '1 guest as of 90 s ago; now: End of file while reading data',
        answeredAt: fresh.takenAt,
      },
    ]);
    expect(stale.findings).toMatchObject([{ subject: 'libvirt', sentence: expect.stringContaining('90 s ago') }]);
    virsh.refuse(null);
    expect(await readHost()).toEqual({
      ...fresh,
      takenAt: clock.now(),
      sources: [{ ...fresh.sources[0], answeredAt: clock.now() }],
    });
  });

  it('says what each disk that drops discards meets at the next start of its guest', async () => {
    const running = readXml('article').replace(/ discard='unmap'/g, '');
    virsh.define({ uuid: ARTICLE, xml: running });
    const source = create();
    const nextStart = async () => (await read(source)).domains[0]?.disks.map(({ atNextStart }) => atNextStart);
    const [image = ''] = /\/guests\/Fedora19\.img/.exec(running) ?? [];
    // Nobody can tell: virsh says nothing of it.
    expect(await nextStart()).toEqual([null]);
    virsh.persist({ uuid: ARTICLE, xml: readXml('article') });
    expect(await nextStart()).toEqual(['unmap']);
    virsh.persist({ uuid: ARTICLE, xml: running });
    expect(await nextStart()).toEqual(['ignore']);
    virsh.persist({ uuid: ARTICLE, xml: running.replace(image, '/guests/another.img') });
    expect(await nextStart()).toEqual(['absent']);
    virsh.persist({ uuid: ARTICLE, xml: running });
    virsh.makeTransient(ARTICLE);
    expect(await nextStart()).toEqual(['absent']);
    expect(virsh.calls()).toHaveLength(5);
  });
});
