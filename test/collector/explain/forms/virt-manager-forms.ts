import { type DomainForm, onPath } from './libvirt-domain.ts';
import { CDROM, drive, guest, IMAGES, PC, pci, ports, Q35, serial, UNMAP, VIRTIO_SCSI } from './parts.ts';

export const VIRT_MANAGER: readonly DomainForm[] = [
  guest({
    name: 'virt-manager, a Linux guest',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/debian12.qcow2`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: UNMAP,
        more: pci({ slot: 0, bus: 1 }),
      }),
    ],
    devices: ports(2),
  }),
  guest({
    name: 'virt-manager, an older default without discard',
    machine: Q35,
    disks: [onPath({ path: `${IMAGES}/f30.qcow2`, format: 'qcow2', target: 'vda', bus: 'virtio' })],
  }),
  guest({
    name: 'virt-manager, Windows on SATA',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/win11.qcow2`,
        format: 'qcow2',
        target: 'sda',
        bus: 'sata',
        driver: UNMAP,
        more: drive({ target: 0, unit: 0 }),
      }),
    ],
    devices: CDROM,
  }),
  guest({
    name: 'virt-manager, IDE of an old PC',
    machine: PC,
    disks: [
      onPath({
        path: `${IMAGES}/xp.img`,
        format: 'raw',
        target: 'hda',
        bus: 'ide',
        more: drive({ target: 0, unit: 0 }),
      }),
    ],
  }),
  guest({
    name: 'virt-manager, a disk on USB',
    machine: Q35,
    disks: [onPath({ path: `${IMAGES}/stick.img`, format: 'raw', target: 'sda', bus: 'usb' })],
  }),
  guest({
    name: 'virt-manager, virtio-scsi',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/db.qcow2`,
        format: 'qcow2',
        target: 'sda',
        bus: 'scsi',
        driver: UNMAP,
        more: drive({ target: 0, unit: 0 }),
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'virt-manager, two disks, one read-only',
    machine: Q35,
    disks: [
      onPath({ path: `${IMAGES}/a.qcow2`, format: 'qcow2', target: 'vda', bus: 'virtio', driver: UNMAP }),
      onPath({ path: `${IMAGES}/b.img`, format: 'raw', target: 'vdb', bus: 'virtio', more: '<readonly/>' }),
    ],
  }),
  guest({
    name: 'virt-manager, a volume of LVM',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/vg0/guest',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' io='native' discard='unmap'",
      }),
    ],
  }),
  guest({
    name: 'virt-install --disk bus=scsi,serial=,wwn=',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/s.raw`,
        format: 'raw',
        target: 'sda',
        bus: 'scsi',
        more: `${serial('S3EVNX0K')}<wwn>5000c50015ea71ac</wwn>${drive({ target: 0, unit: 3 })}`,
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'virt-install, detect_zeroes without discard',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/z.qcow2`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "detect_zeroes='unmap'",
      }),
    ],
  }),
  guest({
    name: 'virt-install, detect_zeroes with discard',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/z.qcow2`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "discard='unmap' detect_zeroes='unmap'",
      }),
    ],
  }),
  guest({
    name: 'virt-install, copy on read',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/c.qcow2`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "discard='unmap' copy_on_read='on'",
      }),
    ],
  }),
  guest({
    name: 'virt-xml discard=ignore',
    machine: Q35,
    disks: [
      onPath({ path: `${IMAGES}/i.qcow2`, format: 'qcow2', target: 'vda', bus: 'virtio', driver: "discard='ignore'" }),
    ],
  }),
];
