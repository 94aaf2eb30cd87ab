import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import { createLibvirtSource } from '../../../collector/src/host/libvirt/libvirt-source.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { createFakeVirsh, type FakeVirsh } from './fake-virsh.ts';
import { processSourceOf, proxmoxSourceOf } from './host-processes.ts';
import { createHostTree, type HostTree } from './host-tree.ts';

// Where two sources have two names for one disk, or one has left it out, the guest that runs is told of by halves: the
// nodes of its XML instead of those in force, and "left out" of a disk that is there.

const UUID = '0a0c30e7-5dd9-49f3-b450-d0cb67f764dd';
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/explain/${name}`, import.meta.url), 'utf8');

let virsh: FakeVirsh;
let tree: HostTree;
beforeEach(() => {
  virsh = createFakeVirsh();
  tree = createHostTree();
});
afterEach(() => {
  virsh.remove();
  tree.remove();
});

const run = (pid: number, words: readonly string[]) => tree.start({ pid, argv: words });

/** The format node of -blockdev on `storage`, which the XML does not know by name. */
const disk = ({ storage, device, at = 1 }: { storage: string; device: string; at?: number }) => [
  ...['-blockdev', `${storage},node-name=libvirt-${at}-storage,discard=unmap`],
  ...['-blockdev', `driver=raw,node-name=libvirt-${at}-format,file=libvirt-${at}-storage`],
  ...['-device', `${device},drive=libvirt-${at}-format`],
];

describe('a disk that libvirt’s XML and the command line of its QEMU tell of', () => {
  async function read(xml: string, ...disks: readonly string[]) {
    virsh.define({ uuid: UUID, xml });
    run(7, ['qemu-system-x86_64', '-name', 'web', '-uuid', UUID, '-device', 'virtio-scsi-pci', ...disks]);
    const { domains, findings } = await createHostReader({
      sources: [
        createLibvirtSource({ virsh: createVirsh({ searchPath: virsh.searchPath }), uri: 'qemu:///system' }),
        processSourceOf(tree.files),
      ],
      clock: createTestClock(),
    })();
    expect(findings).toEqual([]);
    expect(domains.map(({ seenBy }) => seenBy)).toEqual([['libvirt', 'qemu-process']]);
    return (domains[0]?.disks ?? []).map(({ id, image, wwn, nodes }) => [id, image, wwn, nodes[0]?.node]);
  }

  // As libvirt 9.0 writes them (virsh domxml-to-native).
  it('is one on gluster, of which only one says the port', async () => {
    const storage =
      'driver=gluster,volume=vol,path=x.raw,server.0.type=inet,server.0.host=g.example.org,server.0.port=24007';
    expect(
      await read(fixture('gluster-without-port.xml'), ...disk({ storage, device: 'virtio-blk-pci,id=virtio-disk0' })),
    ).toEqual([['virtio-disk0', 'gluster:g.example.org/vol/x.raw', null, 'libvirt-1-format']]);
  });

  it('is one on Ceph, at a snapshot of its image', async () => {
    const source = "<source protocol='rbd' name='pool/image'><host name='m.example.org'/><snapshot name='s'/></source>";
    const xml = fixture('gluster-without-port.xml').replace(/<source.*<\/source>/, source);
    const storage = 'driver=rbd,pool=pool,image=image,snapshot=s';
    expect(await read(xml, ...disk({ storage, device: 'virtio-blk-pci,id=virtio-disk0' }))).toEqual([
      ['virtio-disk0', 'rbd:pool/image@s', null, 'libvirt-1-format'],
    ]);
  });

  it('is one where QEMU drives an NVMe device, and two are two', async () => {
    const disks = [1, 2].flatMap((namespace) =>
      disk({
        storage: `driver=nvme,device=0000:01:00.0,namespace=${namespace}`,
        device: `virtio-blk-pci,id=virtio-disk${namespace - 1}`,
        at: namespace,
      }),
    );
    expect(await read(fixture('nvme-names.xml'), ...disks)).toEqual([
      ['virtio-disk0', 'nvme:0000:01:00.0/1', null, 'libvirt-1-format'],
      ['virtio-disk1', 'nvme:0000:01:00.0/2', null, 'libvirt-2-format'],
    ]);
  });

  it('is one as a LUN on virtio, and nobody says that it was left out', async () => {
    const storage = 'driver=host_device,filename=/dev/mapper/mpatha';
    expect(
      await read(fixture('lun-on-virtio.xml'), ...disk({ storage, device: 'virtio-blk-pci,scsi=on,id=virtio-disk0' })),
    ).toEqual([['virtio-disk0', '/dev/mapper/mpatha', null, 'libvirt-1-format']]);
  });

  it('has one WWN, by which a guest can know it', async () => {
    const device = 'scsi-hd,id=scsi0-0-1,wwn=0x5000c50015ea71ad';
    expect(await read(fixture('wwn-with-0x.xml'), ...disk({ storage: 'driver=file,filename=/b.img', device }))).toEqual(
      [['scsi0-0-1', '/b.img', '0x5000c50015ea71ad', 'libvirt-1-format']],
    );
  });
});

it('a disk that Proxmox VE left out, for its storage has no path, is there by the QEMU that runs, and left out no more', async () => {
  tree.write({ path: '/etc/pve/storage.cfg', text: fixture('storage.cfg') });
  tree.write({ path: '/etc/pve/qemu-server/100.conf', text: fixture('100.conf') });
  const read = createHostReader({
    sources: [proxmoxSourceOf(tree.files), processSourceOf(tree.files)],
    clock: createTestClock(),
  });
  expect((await read()).findings).toMatchObject([{ subject: 'VM 100, disk scsi0' }]);
  tree.write({ path: '/var/run/qemu-server/100.pid', text: '4100\n' });
  run(4100, [
    ...['/usr/bin/kvm', '-id', '100', '-name', 'web', '-device', 'virtio-scsi-pci,id=scsihw0,bus=pci.0,addr=0x5'],
    '-drive',
    'file=iscsi://192.0.2.1/iqn.2019-10.org.example:t/0,if=none,id=drive-scsi0,discard=on,format=raw',
    ...['-device', 'scsi-hd,bus=scsihw0.0,scsi-id=0,drive=drive-scsi0,id=scsi0'],
  ]);
  const { domains, findings } = await read();
  expect(domains).toMatchObject([
    { key: 'proxmox:100', disks: [{ id: 'scsi0', image: 'iscsi:iqn.2019-10.org.example:t/0' }] },
  ]);
  expect(findings).toEqual([]);
});
