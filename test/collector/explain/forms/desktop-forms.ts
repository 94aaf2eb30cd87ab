import { type DomainForm, onPath } from './libvirt-domain.ts';
import { CDROM, guest, IMAGES, PC, pci, ports, Q35, serial, UNMAP, VIRTIO_SCSI } from './parts.ts';

export const DESKTOP: readonly DomainForm[] = [
  guest({
    name: 'GNOME Boxes',
    machine: Q35,
    disks: [
      onPath({
        path: '/home/me/.local/share/gnome-boxes/images/boxes-unknown',
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='writeback' discard='unmap'",
      }),
    ],
  }),
  guest({
    name: 'GNOME Boxes, on IDE of an express installation',
    machine: PC,
    disks: [
      onPath({
        path: '/home/me/.local/share/gnome-boxes/images/win7',
        format: 'qcow2',
        target: 'hda',
        bus: 'ide',
        driver: "cache='writeback'",
      }),
    ],
  }),
  guest({
    name: 'GNOME Boxes, after a snapshot',
    machine: Q35,
    disks: [
      onPath({
        path: '/home/me/.local/share/gnome-boxes/images/vm.snap',
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: UNMAP,
        more: "<backingStore type='file'><format type='qcow2'/><source file='/home/me/.local/share/gnome-boxes/images/vm'/><backingStore/></backingStore>",
      }),
    ],
  }),
  guest({
    name: 'Vagrant with libvirt',
    machine: PC,
    disks: [
      onPath({
        path: `${IMAGES}/box_default.img`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='default'",
      }),
    ],
  }),
  guest({
    name: 'Vagrant with libvirt, a second disk',
    machine: PC,
    disks: [
      onPath({ path: `${IMAGES}/box_default.img`, format: 'qcow2', target: 'vda', bus: 'virtio' }),
      onPath({
        path: `${IMAGES}/box_default-vdb.qcow2`,
        format: 'qcow2',
        target: 'vdb',
        bus: 'virtio',
        driver: "cache='none' discard='unmap' detect_zeroes='on'",
        more: serial('scratch'),
      }),
    ],
  }),
  guest({
    name: 'minikube with kvm2',
    machine: PC,
    disks: [
      onPath({
        path: '/home/me/.minikube/machines/minikube/minikube.rawdisk',
        format: 'raw',
        target: 'hda',
        bus: 'virtio',
        driver: "cache='default' io='threads'",
      }),
    ],
    devices: CDROM,
  }),
  guest({
    name: 'Terraform, a volume on SCSI with a WWN',
    machine: PC,
    disks: [
      onPath({
        path: `${IMAGES}/tf.qcow2`,
        format: 'qcow2',
        target: 'sda',
        bus: 'scsi',
        more: '<wwn>05abcd1f2e3d4c5b</wwn>',
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'Cockpit',
    machine: Q35,
    disks: [
      onPath({
        path: `${IMAGES}/cockpit.qcow2`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='writeback'",
        more: pci({ slot: 0, bus: 1 }),
      }),
    ],
    devices: ports(3),
  }),
  guest({
    name: 'Unraid',
    machine: Q35,
    disks: [
      onPath({
        path: '/mnt/user/domains/Windows/vdisk1.img',
        format: 'raw',
        target: 'hdc',
        bus: 'virtio',
        driver: "cache='writeback' discard='unmap'",
        more: serial('vdisk1'),
      }),
    ],
  }),
  guest({
    name: 'Unraid, passed by its name',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/disk/by-id/ata-WDC_WD40',
        format: 'raw',
        target: 'hdd',
        bus: 'sata',
        driver: "cache='none'",
      }),
    ],
  }),
  guest({
    name: 'kcli',
    machine: PC,
    disks: [
      onPath({
        path: `${IMAGES}/k_0.img`,
        format: 'qcow2',
        target: 'sda',
        bus: 'scsi',
        driver: "cache='none' io='native' discard='unmap'",
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'OpenShift installer',
    machine: Q35,
    disks: [
      onPath({
        path: '/var/lib/libvirt/openshift-images/c/bootstrap',
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: UNMAP,
      }),
    ],
  }),
  guest({
    name: 'a lab of sushy-tools',
    machine: Q35,
    disks: [
      onPath({ path: `${IMAGES}/node-0.qcow2`, format: 'qcow2', target: 'sda', bus: 'sata', driver: "cache='unsafe'" }),
    ],
  }),
];
