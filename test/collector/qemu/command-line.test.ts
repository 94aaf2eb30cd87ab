import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HostDisk } from '../../../collector/src/model/domain.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';
import { readArgv } from './read-argv.ts';

const parse = (name: string) => parseCommandLine({ argv: readArgv(name), cwd: '/home/me' });

/** `format unmap, file ignore`, from the top down. */
const formatNodes = ({ nodes }: HostDisk) => nodes.map(({ role, discard }) => `${role} ${discard}`).join(', ');
const unsaid = {
  detectZeroes: null,
  discardGranularityBytes: null,
  shareable: false,
  withoutDiscard: null,
  discardNoUnref: false,
  setting: null,
  atNextStart: null,
};
const row = (disk: HostDisk) => `${disk.id} ${disk.bus} ${disk.image} ${disk.format} | ${formatNodes(disk)}`;

describe('parseCommandLine', () => {
  it('reads libvirt 9 on q35: JSON nodes by reference, one of them without unmap', () => {
    const read = parse('libvirt-9-q35');
    expect(read).toMatchObject({
      name: 'web1',
      uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
      guestUuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
      monitors: [],
      findings: [],
    });
    expect(read.disks).toEqual([
      {
        id: 'virtio-disk0',
        bus: 'virtio-blk',
        image: '/var/lib/libvirt/images/web1.qcow2',
        storage: 'file',
        format: 'qcow2',
        readOnly: false,
        serial: 'web1-root',
        wwn: null,
        // Behind a root port.
        pciPath: ['02.0', '00.0'],
        scsiAddress: null,
        kernelName: null,
        nodes: [
          { node: 'libvirt-3-format', role: 'format', discard: 'unmap' },
          { node: 'libvirt-3-storage', role: 'file', discard: 'unmap' },
        ],
        ...unsaid,
      },
      {
        id: 'scsi0-0-0-3',
        bus: 'virtio-scsi',
        image: '/dev/vg0/web1-data',
        storage: 'block',
        format: 'raw',
        readOnly: false,
        serial: null,
        wwn: '0x5000c50015ea71aa',
        pciPath: ['08.0'],
        scsiAddress: { channel: 0, target: 0, lun: 3 },
        kernelName: null,
        nodes: [
          { node: 'libvirt-2-format', role: 'format', discard: 'ignore' },
          { node: 'libvirt-2-storage', role: 'file', discard: 'unmap' },
        ],
        ...unsaid,
      },
    ]);
  });

  it('reads libvirt with an hwuuid, a backing chain, SATA without discard and an rbd disk', () => {
    const read = parse('libvirt-9-hwuuid-chain');
    expect(read.name).toBe('db, old');
    expect(read.uuid).toBe('11111111-2222-3333-4444-555555555555');
    expect(read.guestUuid).toBe('aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee');
    expect(read.monitors).toEqual([{ kind: 'socket', path: '/run/guests/db.qmp' }]);
    expect(read.disks.map(row)).toEqual([
      'scsi0-0-0-0 virtio-scsi /images/db.snap1 qcow2 | format unmap, file unmap',
      'sata0-0-0 sata /images/db-wal.raw raw | format ignore, file ignore',
      'scsi0-0-0-1 virtio-scsi rbd:guests/db-archive raw | format unmap, file unmap',
    ]);
    expect(read.disks.map(({ storage }) => storage)).toEqual(['file', 'file', 'network']);
    expect(read.disks[0]).toMatchObject({ pciPath: ['04.0'], scsiAddress: { channel: 0, target: 0, lun: 0 } });
    expect(read.findings).toEqual([]);
  });

  it('reads Proxmox 8: -drive with its implicit nodes, bridges, firmware and CD-ROM left out', () => {
    const read = parse('proxmox-8');
    expect(read).toMatchObject({
      name: 'web2',
      uuid: '5b0f3c9e-77f6-4a0b-8f53-9b7a3f9c2c11',
      monitors: [{ kind: 'socket', path: '/var/run/qemu-server/101.qmp' }],
    });
    expect(read.disks.map(row)).toEqual([
      'scsi0 virtio-scsi /var/lib/vz/images/101/vm-101-disk-0.qcow2 qcow2 | format unmap, file unmap',
      'scsi1 virtio-scsi /dev/pve/vm-101-disk-1 raw | format ignore, file unmap',
      'virtio0 virtio-blk rbd:guests/vm-101-disk-2 raw | format unmap, file unmap',
    ]);
    expect(read.disks.map(({ pciPath }) => pciPath)).toEqual([['05.0', '01.0'], ['07.0'], ['0a.0']]);
    expect(read.disks.map(({ detectZeroes }) => detectZeroes)).toEqual(['unmap', 'on', null]);
    expect(read.findings).toEqual([]);
  });

  it('reads Proxmox 9: one nested -blockdev with a throttle; pci.0 is a bridge on its q35', () => {
    const bridges = readFileSync(new URL('../../fixtures/explain/pve-q35.cfg', import.meta.url), 'utf8');
    const configurations = new Map([['/usr/share/qemu-server/pve-q35-4.0.cfg', bridges]]);
    const read = parseCommandLine({ argv: readArgv('proxmox-9'), cwd: '/', configurations });
    expect(read.disks.map(row)).toEqual([
      'scsi0 virtio-scsi /var/lib/vz/images/102/vm-102-disk-0.qcow2 qcow2 | filter unmap, format unmap, file unmap',
      'scsi1 virtio-scsi /dev/pve/vm-102-disk-1 raw | filter ignore, format ignore, file ignore',
    ]);
    // Its bridges come from the -readconfig file.
    expect(read.disks.map(({ pciPath }) => pciPath)).toEqual([
      ['1e.0', '04.0', '01.0'],
      ['1e.0', '01.0', '05.0'],
    ]);
    expect(read.disks[1]?.scsiAddress).toEqual({ channel: 0, target: 0, lun: 1 });
    expect(read.findings).toEqual([]);
  });

  it('reads a plain script: relative paths, doubled commas, hexadecimal slots, every way to give a monitor', () => {
    const read = parse('plain-script');
    expect(read).toMatchObject({ name: 'builder', uuid: 'd1b2c3d4-0000-4000-8000-000000000001', findings: [] });
    expect(read.monitors).toEqual([
      { kind: 'socket', path: '/home/me/builder.qmp' },
      { kind: 'socket', path: '/run/guests/builder-pretty.qmp' },
    ]);
    expect(read.disks.map(row)).toEqual([
      'big virtio-blk /srv/with,comma.qcow2 qcow2 | format unmap, file ignore',
      'old scsi /home/me/old.raw raw | format ignore, file unmap',
      'loose scsi /home/me/loose.raw raw | format ignore, file unmap',
      'root virtio-blk /home/me/root.img raw | format unmap, file unmap',
      'virtio1 virtio-blk /home/me/scratch.qcow2 null | format ignore, file unmap',
    ]);
    expect(read.disks[0]).toMatchObject({ serial: 'a,b', pciPath: ['1f.1'], readOnly: true });
    expect(read.disks[1]).toMatchObject({
      pciPath: ['06.0'],
      scsiAddress: { channel: 0, target: 3, lun: 0 },
      readOnly: false,
    });
    // Two SCSI controllers and no bus=: QEMU's choice is not guessed.
    expect(read.disks[2]).toMatchObject({ pciPath: null, scsiAddress: null });
  });

  it('names the drives of -hda, -hdb and a bare -drive as QEMU does', () => {
    expect(parse('hda').disks.map(row)).toEqual([
      'ide0-hd0 ide /home/me/disk.qcow2 null | format ignore, file unmap',
      'ide0-hd1 ide /srv/second.img null | format ignore, file unmap',
      'ide1-hd1 ide /home/me/fourth.qcow2 qcow2 | format ignore, file unmap',
    ]);
  });

  it('takes a bare file name for the first disk, and q35 for SATA with one disk a bus', () => {
    expect(parse('q35-bare-file').disks.map(row)).toEqual([
      'ide1-hd0 sata /srv/second.img null | format ignore, file unmap',
      'ide0-hd0 sata /srv/first.img null | format ignore, file unmap',
    ]);
  });

  it('reads dotted -blockdev, double dashes, NVMe namespaces, USB, LUKS and a filter on a bare file', () => {
    const { disks, findings } = parse('dotted-blockdev');
    expect(findings).toEqual([]);
    expect(disks.map(row)).toEqual([
      'one virtio-blk /images/inline.qcow2 qcow2 | format unmap, file unmap',
      'two nvme /images/two.raw raw | filter unmap, file ignore',
      'three nvme /images/three.raw raw | file unmap',
      'four usb /images/four.qcow2 qcow2 | format ignore, file unmap',
      'five sata /images/five.raw raw | format ignore, file unmap',
      'six virtio-blk /images/six.luks luks | format ignore, file unmap',
    ]);
    expect(disks.map(({ serial, pciPath }) => [serial, pciPath])).toEqual([
      [null, ['03.1']],
      ['nvme-2', ['04.0']],
      ['nvme-3', ['05.0']],
      ['stick', null],
      ['sata-5', ['1f.2']],
      [null, null],
    ]);
    expect(disks[2]?.readOnly).toBe(true);
  });

  it('names network storage without its secrets, and leaves out what holds no image, saying why and what to do', () => {
    const { disks, findings } = parse('out-of-reach');
    expect(disks.map(({ id, image, storage }) => `${id} ${storage} ${image}`)).toEqual([
      'nbd network nbd:unix:/run/nbd.sock',
      'http network https:images.example.org/cloud.qcow2',
      'json file /images/hidden.qcow2',
      'nbd2 network nbd:192.0.2.9',
      'here file /home/me/here.raw',
    ]);
    expect(findings.map(({ subject, sentence }) => `${subject}: ${sentence}`)).toEqual([
      "far, disk dangling: The disk refers to a block node 'nowhere' that does not exist; it is left out.",
      'far, disk ring: The disk has a block graph that does not end; it is left out.',
      "far, disk empty: The disk refers to 'absent', which is neither a -blockdev nor a -drive; it is left out.",
      'far, disk passthrough: The disk hands its SCSI commands straight to the device, where QEMU counts none; it is left out.',
      'far, disk throwaway: The disk is opened with snapshot=on: what the guest writes never reaches the image; it is left out.',
      'far, disk passed: The disk was handed to QEMU as an open file descriptor, without a path; it is left out.',
    ]);
    expect(findings.filter(({ hint }) => hint === null)).toEqual([]);
  });

  it.each([
    ['rbd:pool/im\\:age@snap:mon_host=192.0.2.1:key=secret', 'rbd:pool/im:age@snap'],
    ['iscsi://user%pass@192.0.2.8:3260/iqn.2013-07.com.example:x/2', 'iscsi:iqn.2013-07.com.example:x/2'],
    ['nbd://192.0.2.9:10809/export1', 'nbd:192.0.2.9/export1'],
    ['https://me:secret@example.org/a.qcow2?token=secret', 'https:example.org/a.qcow2'],
    ['ssh://me@example.org/images/a.raw', 'ssh:example.org/images/a.raw'],
  ])('calls %s by its name', (url, label) => {
    const { disks } = parseCommandLine({
      argv: ['qemu-system-x86_64', '-drive', `file=${url},format=raw,if=virtio`],
      cwd: '/',
    });
    expect(disks).toMatchObject([{ image: label, storage: 'network', format: 'raw' }]);
  });

  it('reads what libvirt 9.0 started here: the article, root ports and a switch, IDE, SATA and USB', () => {
    expect(parse('libvirt-9-article').disks.map(row)).toEqual([
      'scsi0-0-0-0 virtio-scsi /guests/Fedora19.img raw | format unmap, file unmap',
    ]);
    const ports = parse('libvirt-9-root-ports').disks;
    expect(ports.map(({ pciPath, serial, wwn }) => [pciPath, serial, wwn])).toEqual([
      [['02.0', '00.0'], 'root-of-q35-with-a-long-serial', null],
      [['1f.2'], '0012', null],
      // A number of 64 bits in the JSON, more than a double holds.
      [['02.1', '00.0', '00.0', '00.0'], null, '0x5000c50015ea71ab'],
    ]);
    expect(parse('libvirt-9-ide-sata-usb').disks.find(({ bus }) => bus === 'usb')?.withoutDiscard).toBe('usb-storage');
    expect(parse('libvirt-9-ide-sata-usb').disks.map(({ id, bus, pciPath }) => [id, bus, pciPath])).toEqual([
      ['ide0-0-1', 'ide', ['01.1']],
      ['sata0-0-0', 'sata', ['02.0']],
      ['usb-disk1', 'usb', null],
    ]);
    const shared = parse('libvirt-9-shared').disks;
    expect(shared.map(({ image, storage, shareable }) => `${image} ${storage} ${shareable}`)).toEqual([
      '/guests/shared.raw file true',
      '/guests/sata.raw file false',
      '/guests/overlay.qcow2 file false',
      '/dev/loop0 block false',
    ]);
    expect(parse('libvirt-9-extra-arguments')).toMatchObject({
      uuid: 'c0ffee00-0000-4000-8000-0000000000c0',
      guestUuid: 'aaaaaaaa-0000-4000-8000-0000000000c0',
      monitors: [{ kind: 'socket', path: '/guests/script.qmp' }],
    });
  });

  it('finds no way through a ring of bridges, behind an expander, or where QEMU chose the slot', () => {
    const disks = ['ring-a', 'behind', 'loose', 'port'].flatMap((bus, index) => [
      ...['-blockdev', `driver=file,node-name=n${index},filename=/i${index}`],
      ...['-device', `virtio-blk-pci,id=d${index},drive=n${index},bus=${bus}${bus === 'port' ? '' : ',addr=1'}`],
    ]);
    const bridges = [
      'pci-bridge,id=ring-a,bus=ring-b,addr=1',
      'pci-bridge,id=ring-b,bus=ring-a,addr=2',
      'pxb-pcie,id=expander,bus_nr=64,bus=pcie.0,addr=3',
      'pcie-root-port,id=behind,bus=expander,addr=0',
      'pci-bridge,id=loose,bus=pcie.0',
      'pcie-root-port,id=port,bus=pcie.0,addr=4',
    ].flatMap((bridge) => ['-device', bridge]);
    const read = parseCommandLine({ argv: ['qemu-system-x86_64', '-M', 'q35', ...bridges, ...disks], cwd: '/' });
    expect(read.disks.map(({ pciPath }) => pciPath)).toEqual([null, null, null, ['04.0', '00.0']]);
  });

  it('reads what the device tells the guest, and who may share it', () => {
    const device = 'scsi-hd,drive=n,id=d,discard_granularity=65536,share-rw=on';
    const node = '{"driver":"file","node-name":"n","filename":"/i","detect-zeroes":"unmap"}';
    const { disks } = parseCommandLine({
      argv: ['qemu-system-x86_64', '-blockdev', node, '-device', device],
      cwd: '/',
    });
    expect(disks).toMatchObject([{ discardGranularityBytes: 65_536, shareable: true, detectZeroes: 'unmap' }]);
  });

  it('does not guess where a relative path leads when the working directory is hidden', () => {
    const { disks, monitors, findings } = parseCommandLine({ argv: readArgv('plain-script'), cwd: null });
    expect(disks.map(({ id }) => id)).toEqual(['big']);
    expect(monitors).toEqual([{ kind: 'socket', path: '/run/guests/builder-pretty.qmp' }]);
    expect(findings.map(({ subject }) => subject)).toEqual(
      ['old', 'loose', 'root', 'virtio1'].map((id) => `builder, disk ${id}`),
    );
    expect(findings[0]?.sentence).toContain("'./old.raw'");
  });

  it('throws for broken JSON instead of reading half of it', () => {
    const argv = ['qemu-system-x86_64', '-blockdev', '{"driver":"file",'];
    expect(() => parseCommandLine({ argv, cwd: '/' })).toThrow(SyntaxError);
  });
});
