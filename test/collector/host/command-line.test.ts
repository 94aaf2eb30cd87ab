import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../collector/src/host/command-line.ts';
import type { HostDisk } from '../../../collector/src/model/domain.ts';
import { readArgv } from './read-argv.ts';

const parse = (name: string) => parseCommandLine({ argv: readArgv(name), cwd: '/home/me' });

/** `format unmap, file ignore`, from the top down. */
const formatNodes = ({ nodes }: HostDisk) => nodes.map(({ role, discard }) => `${role} ${discard}`).join(', ');
const row = (disk: HostDisk) => `${disk.id} ${disk.bus} ${disk.image} ${disk.format} | ${formatNodes(disk)}`;

describe('parseCommandLine', () => {
  it('reads libvirt 9 on q35: JSON nodes by reference, one of them without unmap', () => {
    const read = parse('libvirt-9-q35');
    expect(read).toMatchObject({
      name: 'web1',
      uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
      qmpSockets: [],
      findings: [],
    });
    expect(read.disks).toEqual([
      {
        id: 'virtio-disk0',
        bus: 'virtio-blk',
        image: '/var/lib/libvirt/images/web1.qcow2',
        format: 'qcow2',
        readOnly: false,
        serial: 'web1-root',
        wwn: null,
        // Behind a root port: its bus number is the guest firmware's choice.
        pciAddress: null,
        scsiAddress: null,
        kernelName: null,
        nodes: [
          { node: 'libvirt-3-format', role: 'format', discard: 'unmap' },
          { node: 'libvirt-3-storage', role: 'file', discard: 'unmap' },
        ],
      },
      {
        id: 'scsi0-0-0-3',
        bus: 'virtio-scsi',
        image: '/dev/vg0/web1-data',
        format: 'raw',
        readOnly: false,
        serial: null,
        wwn: '0x5000c50015ea71aa',
        pciAddress: '0000:00:08.0',
        scsiAddress: { channel: 0, target: 0, lun: 3 },
        kernelName: null,
        nodes: [
          { node: 'libvirt-2-format', role: 'format', discard: 'ignore' },
          { node: 'libvirt-2-storage', role: 'file', discard: 'unmap' },
        ],
      },
    ]);
  });

  it('reads libvirt with an hwuuid, a backing chain, SATA without discard and an rbd disk', () => {
    const read = parse('libvirt-9-hwuuid-chain');
    expect(read.name).toBe('db, old');
    expect(read.uuid).toBe('aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee');
    expect(read.qmpSockets).toEqual(['/run/guests/db.qmp']);
    expect(read.disks.map(row)).toEqual([
      'scsi0-0-0-0 virtio-scsi /images/db.snap1 qcow2 | format unmap, file unmap',
      'sata0-0-0 sata /images/db-wal.raw raw | format ignore, file ignore',
    ]);
    expect(read.disks[0]).toMatchObject({ pciAddress: '0000:00:04.0', scsiAddress: { channel: 0, target: 0, lun: 0 } });
    expect(read.findings).toEqual([
      {
        subject: 'db, old, disk scsi0-0-0-1',
        sentence:
          "The disk is stored by QEMU's driver 'rbd', not in a file or block device of this host; it is left out.",
        hint: null,
      },
    ]);
  });

  it('reads Proxmox 8: -drive with its implicit nodes, bridges, firmware and CD-ROM left out', () => {
    const read = parse('proxmox-8');
    expect(read).toMatchObject({
      name: 'web2',
      uuid: '5b0f3c9e-77f6-4a0b-8f53-9b7a3f9c2c11',
      qmpSockets: ['/var/run/qemu-server/101.qmp'],
    });
    expect(read.disks.map(row)).toEqual([
      'scsi0 virtio-scsi /var/lib/vz/images/101/vm-101-disk-0.qcow2 qcow2 | format unmap, file unmap',
      'scsi1 virtio-scsi /dev/pve/vm-101-disk-1 raw | format ignore, file unmap',
    ]);
    expect(read.disks.map(({ pciAddress }) => pciAddress)).toEqual([null, '0000:00:07.0']);
    expect(read.findings.map(({ subject }) => subject)).toEqual(['web2, disk virtio0']);
  });

  it('reads Proxmox 9: one nested -blockdev with a throttle; pci.0 is a bridge on its q35', () => {
    const read = parse('proxmox-9');
    expect(read.disks.map(row)).toEqual([
      'scsi0 virtio-scsi /var/lib/vz/images/102/vm-102-disk-0.qcow2 qcow2 | filter unmap, format unmap, file unmap',
      'scsi1 virtio-scsi /dev/pve/vm-102-disk-1 raw | filter ignore, format ignore, file ignore',
    ]);
    expect(read.disks.map(({ pciAddress }) => pciAddress)).toEqual([null, null]);
    expect(read.disks[1]?.scsiAddress).toEqual({ channel: 0, target: 0, lun: 1 });
    expect(read.findings).toEqual([]);
  });

  it('reads a plain script: relative paths, doubled commas, hexadecimal slots, every way to give a monitor', () => {
    const read = parse('plain-script');
    expect(read).toMatchObject({ name: 'builder', uuid: 'd1b2c3d4-0000-4000-8000-000000000001', findings: [] });
    expect(read.qmpSockets).toEqual(['/home/me/builder.qmp', '/run/guests/builder-pretty.qmp']);
    expect(read.disks.map(row)).toEqual([
      'big virtio-blk /srv/with,comma.qcow2 qcow2 | format unmap, file ignore',
      'old scsi /home/me/old.raw raw | format ignore, file unmap',
      'loose scsi /home/me/loose.raw raw | format ignore, file unmap',
      'root virtio-blk /home/me/root.img raw | format unmap, file unmap',
      'virtio1 virtio-blk /home/me/scratch.qcow2 null | format ignore, file unmap',
    ]);
    expect(read.disks[0]).toMatchObject({ serial: 'a,b', pciAddress: '0000:00:1f.1', readOnly: true });
    expect(read.disks[1]).toMatchObject({
      pciAddress: '0000:00:06.0',
      scsiAddress: { channel: 0, target: 3, lun: 0 },
      readOnly: false,
    });
    // Two SCSI controllers and no bus=: QEMU's choice is not guessed.
    expect(read.disks[2]).toMatchObject({ pciAddress: null, scsiAddress: null });
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
    expect(disks.map(({ serial, pciAddress }) => [serial, pciAddress])).toEqual([
      [null, '0000:00:03.1'],
      ['nvme-2', '0000:00:04.0'],
      ['nvme-3', '0000:00:05.0'],
      ['stick', null],
      ['sata-5', null],
      [null, null],
    ]);
    expect(disks[2]?.readOnly).toBe(true);
  });

  it('leaves out what is not on this host, and says why for each', () => {
    const { disks, findings } = parse('out-of-reach');
    expect(disks.map(({ id }) => id)).toEqual(['here']);
    expect(findings.map(({ subject, sentence }) => `${subject}: ${sentence}`)).toEqual([
      "far, disk dangling: The disk refers to a block node 'nowhere' that does not exist; it is left out.",
      'far, disk ring: The disk has a block graph that does not end; it is left out.',
      "far, disk empty: The disk refers to 'absent', which is neither a -blockdev nor a -drive; it is left out.",
      'far, disk passthrough: The disk hands its SCSI commands straight to the device, where QEMU counts none; it is left out.',
      "far, disk nbd: The disk is opened through 'nbd:', which is not a file or block device of this host; it is left out.",
      "far, disk http: The disk is opened through 'https:', which is not a file or block device of this host; it is left out.",
      "far, disk json: The disk is opened through 'json:', which is not a file or block device of this host; it is left out.",
      'far, disk throwaway: The disk is opened with snapshot=on: what the guest writes never reaches the image; it is left out.',
      'far, disk passed: The disk was handed to QEMU as an open file descriptor, without a path; it is left out.',
      "far, disk nbd2: The disk is stored by QEMU's driver 'nbd', not in a file or block device of this host; it is left out.",
    ]);
  });

  it('does not guess where a relative path leads when the working directory is hidden', () => {
    const { disks, qmpSockets, findings } = parseCommandLine({ argv: readArgv('plain-script'), cwd: null });
    expect(disks.map(({ id }) => id)).toEqual(['big']);
    expect(qmpSockets).toEqual(['/run/guests/builder-pretty.qmp']);
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
