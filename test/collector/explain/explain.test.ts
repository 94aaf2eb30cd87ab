import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainFile } from '../../../collector/src/conduct/explain/explain-file.ts';
import { parseStorageConfiguration } from '../../../collector/src/host/proxmox/storage-configuration.ts';
import { readXml } from '../host/read-xml.ts';
import { readArgv } from '../qemu/read-argv.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/explain/${name}`, import.meta.url));

function explain(content: string | Uint8Array, { path = 'file', storage = '', isCut = false } = {}) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return explainFile({
    file: { path, bytes, lengthBytes: bytes.byteLength, isCut },
    storages: parseStorageConfiguration(storage),
  });
}

describe('explain', () => {
  it('tells of a domain XML', () => {
    expect(explain(readXml('article'))).toEqual({
      kind: 'libvirt-xml',
      name: 'Fedora19',
      uuid: 'c0ffee00-0000-4000-8000-000000000019',
      disks: [
        {
          name: 'scsi0-0-0-0',
          image: '/guests/Fedora19.img',
          format: 'raw',
          nodes: [
            { node: 'format', discard: 'unmap' },
            { node: 'file', discard: 'unmap' },
          ],
          serial: null,
          wwn: null,
          address: 'pci 07.0, scsi 0:0:0',
          readOnly: false,
          passedThrough: false,
        },
      ],
      findings: [],
    });
  });

  it('tells of a command line the same, with NUL or line ends between its words', () => {
    const words = readArgv('libvirt-9-article');
    const told = explain(`${words.join('\0')}\0`);
    expect(told).toMatchObject({
      kind: 'command-line',
      name: 'Fedora19',
      uuid: 'c0ffee00-0000-4000-8000-000000000019',
      disks: [{ name: 'scsi0-0-0-0', image: '/guests/Fedora19.img', address: 'pci 07.0, scsi 0:0:0' }],
      findings: [],
    });
    expect(explain(`${words.join('\n')}\n`)).toEqual(told);
  });

  it('leaves a relative path as it is: where QEMU was started, nobody says', () => {
    expect(explain('qemu-system-x86_64\n-hda\ndisk.img').disks).toMatchObject([
      { name: 'ide0-hd0', image: 'disk.img' },
    ]);
  });

  it('tells of a VMID.conf, with the storages if they are given', () => {
    const conf = fixture('100.conf').toString();
    expect(
      explain(conf, { path: '/etc/pve/qemu-server/100.conf', storage: fixture('storage.cfg').toString() }),
    ).toMatchObject({
      kind: 'proxmox-conf',
      name: 'VM 100',
      disks: [],
      findings: [{ subject: 'VM 100, disk scsi0', hint: 'pvesm path zoi:vm-100-disk-0; qm config 100' }],
    });
    const thin = explain(conf, { path: '100.conf', storage: 'lvmthin: zoi\n\tvgname pve\n' });
    expect(thin.disks).toMatchObject([
      { name: 'scsi0', image: '/dev/pve/vm-100-disk-0', nodes: [{ node: 'format', discard: 'unmap' }, {}] },
    ]);
    expect(explain('arch: amd64\nrootfs: local:101/vm-101-disk-0.raw\n', { path: '101.conf' }).findings).toMatchObject([
      { hint: 'pct fstrim 101' },
    ]);
  });

  it('tells which disks are passed through, and what of the host the guest has', () => {
    const argv =
      'kvm -name w -blockdev driver=host_device,node-name=n,filename=/dev/sdb -device virtio-scsi-pci -device scsi-block,drive=n,id=d -device vfio-pci,host=01:00.0';
    const { disks, findings } = explain(argv.replaceAll(' ', '\n'));
    expect(disks).toMatchObject([{ name: 'd', image: '/dev/sdb', passedThrough: true }]);
    expect(findings.map(({ subject }) => subject)).toEqual(['w, disk d', 'w']);
  });

  it('says of a volume that only libvirt knows where it is', () => {
    const disk =
      "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/><source pool='p' volume='v'/><target dev='vda' bus='virtio'/></disk>";
    const xml = `<domain type='kvm'><name>w</name><uuid>0a0c30e7-5dd9-49f3-b450-d0cb67f764dd</uuid><devices>${disk}</devices></domain>`;
    expect(explain(xml)).toMatchObject({
      disks: [{ name: 'vda', image: 'volume:p/v' }],
      findings: [{ subject: 'w, disk vda', hint: 'virsh vol-path --pool p v' }],
    });
  });

  it.each([
    ['', 'it is empty'],
    ['just words\n', 'no domain XML, no command line'],
    ['<network><name>default</name></network>', 'no domain with a name and a uuid'],
    ['<domain><name>', 'cut off'],
    ['qemu-system-x86_64 -hda /x y.img', 'spaces between its words'],
    ['qemu-system-x86_64\n-blockdev\n{"driver":', 'JSON'],
  ])('says why it does not understand %j', (text, why) => {
    expect(explain(text)).toMatchObject({
      kind: 'unknown',
      name: null,
      disks: [],
      findings: [{ subject: 'file', sentence: expect.stringContaining(why) }],
    });
  });

  it('does not read half of a text that goes on', () => {
    expect(explain('<domain>', { isCut: true })).toMatchObject({ kind: 'unknown' });
  });
});

describe('explain on an image', () => {
  /** A header of version 3 with clusters of 64 KiB, as qemu-img writes it. */
  function qcow2({ backing = '', snapshots = 0, features = 0n } = {}): Buffer {
    const header = Buffer.alloc(65_536 * 4);
    header.write('QFI\xfb', 'latin1');
    header.writeUInt32BE(3, 4);
    if (backing !== '') {
      header.writeBigUInt64BE(512n, 8);
      header.writeUInt32BE(backing.length, 16);
      header.write(backing, 512);
    }
    header.writeUInt32BE(16, 20);
    header.writeBigUInt64BE(1_048_576n, 24);
    header.writeUInt32BE(1, 36);
    header.writeBigUInt64BE(65_536n, 40);
    header.writeUInt32BE(snapshots, 60);
    header.writeBigUInt64BE(131_072n, 64);
    header.writeBigUInt64BE(features, 72);
    header.writeUInt32BE(4, 96);
    header.writeUInt32BE(104, 100);
    return header;
  }
  const sentences = (bytes: Uint8Array) => explain(bytes, { path: '/i/a b' }).findings.map(({ sentence }) => sentence);

  it('has the file for a disk, and its format by its header', () => {
    expect(explain(qcow2(), { path: '/i/a' })).toEqual({
      kind: 'image',
      name: null,
      uuid: null,
      disks: [
        {
          name: 'a',
          image: '/i/a',
          format: 'qcow2',
          nodes: [],
          serial: null,
          wwn: null,
          address: null,
          readOnly: false,
          passedThrough: false,
        },
      ],
      findings: [],
    });
    expect(explain(fixture('luks1-64MiB.head')).disks).toMatchObject([{ format: 'luks' }]);
    expect(explain(Buffer.from('KDMV\0\0\0\x01', 'latin1')).disks).toMatchObject([{ format: 'vmdk' }]);
  });

  it('tells what holds clusters, and what leads elsewhere', () => {
    expect(sentences(qcow2({ backing: '/base' }))).toEqual(['It stands on /base, which is not read here.']);
    expect(sentences(qcow2({ snapshots: 1 }))).toEqual([
      'One internal snapshot holds the clusters that the guest discards.',
    ]);
    expect(sentences(qcow2({ features: 4n }))).toEqual([
      'The guest’s data is in another file, which is not read here.',
    ]);
    expect(explain(qcow2({ snapshots: 2 }), { path: '/i/a b' }).findings).toMatchObject([
      { hint: "qemu-img snapshot -U -l '/i/a b'" },
    ]);
  });

  it('does not believe a header that cannot be true', () => {
    expect(sentences(qcow2({ features: 1n << 40n }))).toEqual([expect.stringContaining('cannot be true')]);
  });

  it('takes bytes without a header for a raw image, and says that nobody told so', () => {
    for (const bytes of [Buffer.alloc(4096), Buffer.from('\xeb\x63\x90\x10\x8e', 'latin1')])
      expect(explain(bytes)).toMatchObject({
        kind: 'image',
        disks: [{ format: null }],
        findings: [{ subject: 'file' }],
      });
  });
});
