import { type DomainForm, onPath } from './libvirt-domain.ts';
import { drive, guest, ON_VIRTIO_SCSI, PC, pci, ports, Q35, serial, UNMAP, UUIDS } from './parts.ts';

export const PLACES: readonly DomainForm[] = [
  guest(
    'LSI, as old guests have it',
    PC,
    [
      onPath('/i/a.img', 'raw', 'sda', 'scsi', { more: drive(0, 0) }),
      onPath('/i/b.img', 'raw', 'sdb', 'scsi', { more: drive(0, 1) }),
    ],
    { devices: "<controller type='scsi' index='0' model='lsilogic'/>" },
  ),
  guest(
    'virtio-scsi, targets and LUNs',
    Q35,
    [
      onPath('/i/a.img', 'raw', 'sda', 'scsi', { more: drive(0, 7), driver: UNMAP }),
      onPath('/i/b.img', 'raw', 'sdb', 'scsi', { more: drive(2, 0) }),
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('SATA, three ports', Q35, [
    onPath('/i/a.img', 'raw', 'sda', 'sata', { more: drive(0, 0) }),
    onPath('/i/b.img', 'raw', 'sdb', 'sata', { more: drive(0, 1), driver: UNMAP }),
    onPath('/i/c.qcow2', 'qcow2', 'sdc', 'sata', { more: drive(0, 2) }),
  ]),
  guest('IDE, master and slave', PC, [
    onPath('/i/a.img', 'raw', 'hda', 'ide', { more: drive(0, 0) }),
    onPath('/i/b.img', 'raw', 'hdb', 'ide', { more: drive(0, 1) }),
    onPath('/i/c.img', 'raw', 'hdc', 'ide', { more: drive(0, 0, 1) }),
  ]),
  guest('virtio on slots of a PC', PC, [
    onPath('/i/a.img', 'raw', 'vda', 'virtio', { more: pci(5) }),
    onPath('/i/b.img', 'raw', 'vdb', 'virtio', { more: pci(0x1f) }),
  ]),
  guest('virtio behind a bridge of a PC', PC, [onPath('/i/a.img', 'raw', 'vda', 'virtio', { more: pci(3, 1) })], {
    devices: `<controller type='pci' index='0' model='pci-root'/><controller type='pci' index='1' model='pci-bridge'>${pci(9)}</controller>`,
  }),
  guest(
    'virtio behind root ports of q35',
    Q35,
    [
      onPath('/i/a.img', 'raw', 'vda', 'virtio', { more: pci(0, 1) }),
      onPath('/i/b.img', 'raw', 'vdb', 'virtio', { more: pci(0, 2) }),
    ],
    { devices: ports(2, 3) },
  ),
  guest('an old machine type, virtio without discard', 'pc-i440fx-3.1', [
    onPath('/i/a.img', 'raw', 'vda', 'virtio', { driver: UNMAP }),
  ]),
  guest('LUKS on raw', Q35, [
    {
      ...onPath('/i/l.img', 'luks', 'vda', 'virtio', { driver: UNMAP }),
      format: 'raw',
      source: `<source file='/i/l.img'><encryption format='luks'><secret type='passphrase' uuid='${UUIDS[0]}'/></encryption></source>`,
    },
  ]),
  guest('LUKS within qcow2', Q35, [
    {
      ...onPath('/i/l.qcow2', 'qcow2', 'vda', 'virtio', { driver: UNMAP }),
      source: `<source file='/i/l.qcow2'><encryption format='luks'><secret type='passphrase' uuid='${UUIDS[0]}'/></encryption></source>`,
    },
  ]),
  guest(
    'a slice of a file',
    Q35,
    [onPath('/i/s.img', 'raw', 'vda', 'virtio', { image: null })].map((disk) => ({
      ...disk,
      source:
        "<source file='/i/s.img'><slices><slice type='storage' offset='1048576' size='10485760'/></slices></source>",
    })),
  ),
  guest('VMDK, as it came from elsewhere', Q35, [onPath('/i/v.vmdk', 'vmdk', 'sda', 'sata')]),
  guest(
    'iothreads and queues',
    Q35,
    [
      onPath('/i/q.raw', 'raw', 'vda', 'virtio', {
        driver: "discard='unmap' cache='none' io='io_uring' iothread='1' queues='4'",
      }),
    ],
    { more: '<iothreads>2</iothreads>' },
  ),
  guest(
    'block sizes',
    Q35,
    [
      onPath('/i/b.raw', 'raw', 'sda', 'scsi', {
        more: "<blockio logical_block_size='4096' physical_block_size='4096'/>",
      }),
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('a limit of throughput', Q35, [
    onPath('/i/t.raw', 'raw', 'vda', 'virtio', {
      more: '<iotune><total_bytes_sec>10000000</total_bytes_sec></iotune>',
      driver: UNMAP,
    }),
  ]),
  guest('a serial with odd characters', Q35, [
    onPath('/i/a,b.raw', 'raw', 'vda', 'virtio', { more: serial('WD-WMAP9A966149') }),
  ]),
];
