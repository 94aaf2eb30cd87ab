import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDomain } from '../../../collector/src/host/libvirt/parse-domain.ts';

const uri = 'qemu:///system';
const fixture = (name: string) =>
  parseDomain({ uri, text: readFileSync(new URL(`../../fixtures/explain/${name}.xml`, import.meta.url), 'utf8') });

const parse = (devices: string, { machine = 'pc-i440fx-9.0', more = '' } = {}) =>
  parseDomain({
    uri,
    text: `<domain type='kvm' id='1' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>web</name>
      <uuid>0a0c30e7-5dd9-49f3-b450-d0cb67f764dd</uuid><os><type arch='x86_64' machine='${machine}'>hvm</type></os>
      <devices><controller type='pci' index='0' model='pci-root'/>${devices}</devices>${more}</domain>`,
  });
const virtio = ({ inner, attributes = "type='file' device='disk'" }: { inner: string; attributes?: string }) =>
  `<disk ${attributes}>${inner}<target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>`;
const disksOf = (devices: string, more = {}) => parse(devices, more).disks.map(({ disk }) => disk);
const imageOf = (source: string) =>
  disksOf(virtio({ inner: `<driver name='qemu' type='raw'/>${source}`, attributes: "type='network' device='disk'" }))[0]
    ?.image;

describe('the disks of a domain', () => {
  it('are LUKS where a raw image is encrypted by QEMU, and what they were where qcow2 or librbd does it', () => {
    expect(fixture('luks-on-raw').disks).toMatchObject([{ disk: { image: '/l.img', format: 'luks' } }]);
    const formats = ["type='qcow2'", "type='raw'"].map((type) =>
      disksOf(
        virtio({ inner: `<driver name='qemu' ${type}/><source file='/i'><encryption format='luks'/></source>` }),
      ).map(({ format }) => format),
    );
    expect(formats).toEqual([['qcow2'], ['luks']]);
    const rbd = `<driver name='qemu' type='raw'/><source protocol='rbd' name='p/i'><encryption format='luks' engine='librbd'/></source>`;
    expect(disksOf(virtio({ inner: rbd, attributes: "type='network' device='disk'" }))).toMatchObject([
      { format: 'raw' },
    ]);
    // libvirt before 4.5 has it beside the source.
    const old = `<driver name='qemu' type='raw'/><source file='/i'/><encryption format='luks'/>`;
    expect(disksOf(virtio({ inner: old }))).toMatchObject([{ format: 'luks' }]);
  });

  it('are parts of an image where a slice of it is named', () => {
    const slice = "<slices><slice type='storage' offset='0' size='512'/></slices>";
    const disk = virtio({ inner: `<driver name='qemu' type='raw'/><source file='/i'>${slice}</source>` });
    expect(disksOf(disk)).toMatchObject([{ image: '/i', storage: 'part' }]);
  });

  it('have a name each where QEMU drives an NVMe device by itself', () => {
    expect(fixture('nvme-names').disks.map(({ disk }) => disk.image)).toEqual([
      'nvme:0000:01:00.0/1',
      'nvme:0000:01:00.0/2',
    ]);
  });

  it('are passed through as a LUN of SCSI, and not as one of virtio-blk', () => {
    expect(fixture('lun-on-virtio')).toMatchObject({
      disks: [{ disk: { id: 'vda', bus: 'virtio-blk', image: '/dev/mapper/mpatha', format: 'raw' } }],
      passedThrough: [],
      findings: [],
    });
    const scsi = `<controller type='scsi' index='0' model='virtio-scsi'/><disk type='block' device='lun'><driver name='qemu' type='raw'/>
      <source dev='/dev/sdx'/><target dev='sda' bus='scsi'/></disk>`;
    const read = parse(scsi);
    expect(read.disks).toEqual([]);
    expect(read.passedThrough).toMatchObject([{ id: 'sda', image: '/dev/sdx' }]);
    expect(read.findings).toMatchObject([
      { subject: 'web, disk sda', leftOut: { domain: 'libvirt:0a0c30e7-5dd9-49f3-b450-d0cb67f764dd', disk: 'sda' } },
    ]);
  });

  it('have their WWN with one 0x', () => {
    expect(fixture('wwn-with-0x').disks).toMatchObject([{ disk: { wwn: '0x5000c50015ea71ad' } }]);
  });

  it('have zeroes written where detect_zeroes is unmap and discard is not', () => {
    const zeroes = (attributes: string) =>
      disksOf(virtio({ inner: `<driver name='qemu' type='raw' ${attributes}/><source file='/i'/>` }))[0]?.detectZeroes;
    expect(zeroes("detect_zeroes='unmap'")).toBe('on');
    expect(zeroes("detect_zeroes='unmap' discard='ignore'")).toBe('on');
    expect(zeroes("detect_zeroes='unmap' discard='unmap'")).toBe('unmap');
    expect(zeroes("detect_zeroes='off'")).toBe('off');
  });

  it('keep discarded clusters where discard_no_unref says so, and have a filter on top where they copy on read', () => {
    const driver = "<driver name='qemu' type='qcow2' discard='unmap' discard_no_unref='on' copy_on_read='on'/>";
    expect(disksOf(virtio({ inner: `${driver}<source file='/i'/>` }))).toMatchObject([
      {
        discardNoUnref: true,
        nodes: [
          { role: 'filter', discard: 'unmap' },
          { role: 'format', discard: 'unmap' },
          { role: 'file', discard: 'unmap' },
        ],
      },
    ]);
  });

  it.each([
    ['pc-i440fx-3.1', 'machine type pc-i440fx-3.1'],
    ['pc-q35-2.12', 'machine type pc-q35-2.12'],
    ['pc-i440fx-4.0', null],
    ['pc-q35-rhel9.2.0', null],
  ])('have no discard on virtio-blk where the machine type %s is older than QEMU 4.0', (machine, withoutDiscard) => {
    const disk = virtio({ inner: "<driver name='qemu' type='raw' discard='unmap'/><source file='/i'/>" });
    expect(disksOf(disk, { machine })).toMatchObject([{ withoutDiscard }]);
  });

  it('are as <qemu:override> has them', () => {
    const more = `<qemu:override><qemu:device alias='virtio-disk0'><qemu:frontend>
      <qemu:property name='discard' type='bool' value='false'/>
      <qemu:property name='discard_granularity' type='unsigned' value='65536'/>
      </qemu:frontend></qemu:device></qemu:override>`;
    expect(disksOf(virtio({ inner: "<driver name='qemu' type='raw'/><source file='/i'/>" }), { more })).toMatchObject([
      { withoutDiscard: 'discard=false', discardGranularityBytes: 65_536 },
    ]);
  });
});

// What QEMU calls the same storage, the test of the command line holds.
it.each([
  ["protocol='gluster' name='vol/x.raw'", "<host name='g.example.org'/>", 'gluster:g.example.org/vol/x.raw'],
  [
    "protocol='gluster' name='vol/x.raw'",
    "<host name='g.example.org' port='24007'/>",
    'gluster:g.example.org/vol/x.raw',
  ],
  [
    "protocol='gluster' name='vol/x.raw'",
    "<host name='g.example.org' port='24008'/>",
    'gluster:g.example.org:24008/vol/x.raw',
  ],
  ["protocol='ssh' name='/srv/a.raw'", "<host name='s.example.org' port='22'/>", 'ssh:s.example.org/srv/a.raw'],
  ["protocol='nbd' name='e'", "<host name='n.example.org' port='10809'/>", 'nbd:n.example.org/e'],
  ["protocol='nbd'", "<host name='2001:db8::1' port='10810'/>", 'nbd:[2001:db8::1]:10810'],
  ["protocol='nbd' name='e'", "<host transport='unix' socket='/run/n.sock'/>", 'nbd:unix:/run/n.sock:exportname=e'],
  [
    "protocol='iscsi' name='iqn.2013-07.com.example:x'",
    "<host name='i.example.org'/>",
    'iscsi:iqn.2013-07.com.example:x/0',
  ],
  ["protocol='rbd' name='pool/image'", "<host name='m.example.org'/><snapshot name='s'/>", 'rbd:pool/image@s'],
  ["protocol='https' name='/a.raw'", "<host name='w.example.org' port='443'/>", 'https:w.example.org/a.raw'],
])('%s %s is %s', (attributes, inner, name) => {
  expect(imageOf(`<source ${attributes}>${inner}</source>`)).toBe(name);
});

describe('what may be a disk and is left out has a finding', () => {
  it.each([
    [
      '<transient/>',
      virtio({ inner: "<driver name='qemu' type='raw'/><source file='/i'/><transient/>" }),
      'is transient',
    ],
    [
      'a SCSI device of the host',
      "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/></source></hostdev>",
      'handed to the guest as it is',
    ],
    [
      'vhost-scsi',
      "<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' wwpn='naa.5123456789abcde0'/></hostdev>",
      'served by the kernel of the host (vhost-scsi)',
    ],
    [
      'an NVDIMM',
      "<memory model='nvdimm'><source><path>/n.img</path></source></memory>",
      '/n.img is memory of the guest (nvdimm)',
    ],
    ['no source', virtio({ inner: "<driver name='qemu' type='raw'/>" }), 'has no source'],
    ['a folder', virtio({ inner: "<source dir='/srv'/>", attributes: "type='dir' device='disk'" }), "is of type 'dir'"],
  ])('%s', (_, devices, sentence) => {
    const { disks, findings } = parse(devices);
    expect(disks).toEqual([]);
    expect(findings).toMatchObject([{ sentence: expect.stringContaining(sentence), hint: expect.any(String) }]);
  });

  it('by the name that it has on the command line, where that has a finding of its own', () => {
    const device =
      "<hostdev mode='subsystem' type='scsi_host'><source wwpn='naa.5123456789abcde0'/><alias name='hostdev0'/></hostdev>";
    expect(parse(device).findings).toMatchObject([{ subject: 'web, hostdev0', leftOut: { disk: 'hostdev0' } }]);
  });

  it('domains of other hypervisors', () => {
    const text = "<domain type='xen'><name>x</name><uuid>0a0c30e7-5dd9-49f3-b450-d0cb67f764dd</uuid></domain>";
    expect(parseDomain({ text, uri }).findings).toMatchObject([
      { sentence: expect.stringContaining("a domain of 'xen'") },
    ]);
  });

  it('options of QEMU that the XML adds', () => {
    const more =
      "<qemu:commandline><qemu:arg value='-drive'/><qemu:arg value='file=/i,if=virtio'/><qemu:arg value='-cpu'/></qemu:commandline>";
    expect(parse('', { more }).findings).toMatchObject([{ sentence: expect.stringContaining('(-drive)') }]);
  });

  it('but not the overlay that libvirt made for a running transient disk', () => {
    const disk = virtio({ inner: "<driver name='qemu' type='qcow2'/><source file='/i.TRANSIENT-web'/><transient/>" });
    expect(parse(disk)).toMatchObject({ disks: [{ disk: { image: '/i.TRANSIENT-web' } }], findings: [] });
  });

  it('a PCI device of the host is told by its address', () => {
    const gpu =
      "<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x41' slot='0x00' function='0x1'/></source></hostdev>";
    expect(parse(gpu).hostDevices).toEqual([{ kind: 'pci', address: '0000:41:00.1' }]);
  });
});
