import { type DomainForm, onPath } from './libvirt-domain.ts';
import { drive, guest, PC, pci, ports, Q35, serial, UNMAP, UUIDS, VIRTIO_SCSI } from './parts.ts';

export const PLACES: readonly DomainForm[] = [
  guest({
    name: 'LSI, as old guests have it',
    machine: PC,
    disks: [
      onPath({ path: '/i/a.img', format: 'raw', target: 'sda', bus: 'scsi', more: drive({ target: 0, unit: 0 }) }),
      onPath({ path: '/i/b.img', format: 'raw', target: 'sdb', bus: 'scsi', more: drive({ target: 0, unit: 1 }) }),
    ],
    devices: "<controller type='scsi' index='0' model='lsilogic'/>",
  }),
  guest({
    name: 'virtio-scsi, targets and LUNs',
    machine: Q35,
    disks: [
      onPath({
        path: '/i/a.img',
        format: 'raw',
        target: 'sda',
        bus: 'scsi',
        more: drive({ target: 0, unit: 7 }),
        driver: UNMAP,
      }),
      onPath({ path: '/i/b.img', format: 'raw', target: 'sdb', bus: 'scsi', more: drive({ target: 2, unit: 0 }) }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'SATA, three ports',
    machine: Q35,
    disks: [
      onPath({ path: '/i/a.img', format: 'raw', target: 'sda', bus: 'sata', more: drive({ target: 0, unit: 0 }) }),
      onPath({
        path: '/i/b.img',
        format: 'raw',
        target: 'sdb',
        bus: 'sata',
        more: drive({ target: 0, unit: 1 }),
        driver: UNMAP,
      }),
      onPath({ path: '/i/c.qcow2', format: 'qcow2', target: 'sdc', bus: 'sata', more: drive({ target: 0, unit: 2 }) }),
    ],
  }),
  guest({
    name: 'IDE, master and slave',
    machine: PC,
    disks: [
      onPath({ path: '/i/a.img', format: 'raw', target: 'hda', bus: 'ide', more: drive({ target: 0, unit: 0 }) }),
      onPath({ path: '/i/b.img', format: 'raw', target: 'hdb', bus: 'ide', more: drive({ target: 0, unit: 1 }) }),
      onPath({
        path: '/i/c.img',
        format: 'raw',
        target: 'hdc',
        bus: 'ide',
        more: drive({ target: 0, unit: 0, bus: 1 }),
      }),
    ],
  }),
  guest({
    name: 'virtio on slots of a PC',
    machine: PC,
    disks: [
      onPath({ path: '/i/a.img', format: 'raw', target: 'vda', bus: 'virtio', more: pci({ slot: 5 }) }),
      onPath({ path: '/i/b.img', format: 'raw', target: 'vdb', bus: 'virtio', more: pci({ slot: 0x1f }) }),
    ],
  }),
  guest({
    name: 'virtio behind a bridge of a PC',
    machine: PC,
    disks: [onPath({ path: '/i/a.img', format: 'raw', target: 'vda', bus: 'virtio', more: pci({ slot: 3, bus: 1 }) })],
    devices: `<controller type='pci' index='0' model='pci-root'/><controller type='pci' index='1' model='pci-bridge'>${pci({ slot: 9 })}</controller>`,
  }),
  guest({
    name: 'virtio behind root ports of q35',
    machine: Q35,
    disks: [
      onPath({ path: '/i/a.img', format: 'raw', target: 'vda', bus: 'virtio', more: pci({ slot: 0, bus: 1 }) }),
      onPath({ path: '/i/b.img', format: 'raw', target: 'vdb', bus: 'virtio', more: pci({ slot: 0, bus: 2 }) }),
    ],
    devices: ports(2, 3),
  }),
  guest({
    name: 'an old machine type, virtio without discard',
    machine: 'pc-i440fx-3.1',
    disks: [onPath({ path: '/i/a.img', format: 'raw', target: 'vda', bus: 'virtio', driver: UNMAP })],
  }),
  guest({
    name: 'LUKS on raw',
    machine: Q35,
    disks: [
      {
        ...onPath({ path: '/i/l.img', format: 'luks', target: 'vda', bus: 'virtio', driver: UNMAP }),
        format: 'raw',
        source: `<source file='/i/l.img'><encryption format='luks'><secret type='passphrase' uuid='${UUIDS[0]}'/></encryption></source>`,
      },
    ],
  }),
  guest({
    name: 'LUKS within qcow2',
    machine: Q35,
    disks: [
      {
        ...onPath({ path: '/i/l.qcow2', format: 'qcow2', target: 'vda', bus: 'virtio', driver: UNMAP }),
        source: `<source file='/i/l.qcow2'><encryption format='luks'><secret type='passphrase' uuid='${UUIDS[0]}'/></encryption></source>`,
      },
    ],
  }),
  guest({
    name: 'a slice of a file',
    machine: Q35,
    disks: [onPath({ path: '/i/s.img', format: 'raw', target: 'vda', bus: 'virtio' })].map((disk) => ({
      ...disk,
      source:
        "<source file='/i/s.img'><slices><slice type='storage' offset='1048576' size='10485760'/></slices></source>",
    })),
  }),
  guest({
    name: 'VMDK, as it came from elsewhere',
    machine: Q35,
    disks: [onPath({ path: '/i/v.vmdk', format: 'vmdk', target: 'sda', bus: 'sata' })],
  }),
  guest({
    name: 'iothreads and queues',
    machine: Q35,
    disks: [
      onPath({
        path: '/i/q.raw',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "discard='unmap' cache='none' io='io_uring' iothread='1' queues='4'",
      }),
    ],
    more: '<iothreads>2</iothreads>',
  }),
  guest({
    name: 'block sizes',
    machine: Q35,
    disks: [
      onPath({
        path: '/i/b.raw',
        format: 'raw',
        target: 'sda',
        bus: 'scsi',
        more: "<blockio logical_block_size='4096' physical_block_size='4096'/>",
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'a limit of throughput',
    machine: Q35,
    disks: [
      onPath({
        path: '/i/t.raw',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        more: '<iotune><total_bytes_sec>10000000</total_bytes_sec></iotune>',
        driver: UNMAP,
      }),
    ],
  }),
  guest({
    name: 'a serial with odd characters',
    machine: Q35,
    disks: [
      onPath({ path: '/i/a,b.raw', format: 'raw', target: 'vda', bus: 'virtio', more: serial('WD-WMAP9A966149') }),
    ],
  }),
];
