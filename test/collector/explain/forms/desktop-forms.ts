import { type DomainForm, onPath } from './libvirt-domain.ts';
import { CDROM, drive, guest, IMAGES, ON_VIRTIO_SCSI, PC, pci, ports, Q35, serial, UNMAP } from './parts.ts';

export const VIRT_MANAGER: readonly DomainForm[] = [
  guest(
    'virt-manager, a Linux guest',
    Q35,
    [onPath(`${IMAGES}/debian12.qcow2`, 'qcow2', 'vda', 'virtio', { driver: UNMAP, more: pci(0, 1) })],
    { devices: ports(2) },
  ),
  guest('virt-manager, an older default without discard', Q35, [
    onPath(`${IMAGES}/f30.qcow2`, 'qcow2', 'vda', 'virtio'),
  ]),
  guest(
    'virt-manager, Windows on SATA',
    Q35,
    [onPath(`${IMAGES}/win11.qcow2`, 'qcow2', 'sda', 'sata', { driver: UNMAP, more: drive(0, 0) })],
    { devices: CDROM },
  ),
  guest('virt-manager, IDE of an old PC', PC, [onPath(`${IMAGES}/xp.img`, 'raw', 'hda', 'ide', { more: drive(0, 0) })]),
  guest('virt-manager, a disk on USB', Q35, [onPath(`${IMAGES}/stick.img`, 'raw', 'sda', 'usb')]),
  guest(
    'virt-manager, virtio-scsi',
    Q35,
    [onPath(`${IMAGES}/db.qcow2`, 'qcow2', 'sda', 'scsi', { driver: UNMAP, more: drive(0, 0) })],
    ON_VIRTIO_SCSI,
  ),
  guest('virt-manager, two disks, one read-only', Q35, [
    onPath(`${IMAGES}/a.qcow2`, 'qcow2', 'vda', 'virtio', { driver: UNMAP }),
    onPath(`${IMAGES}/b.img`, 'raw', 'vdb', 'virtio', { more: '<readonly/>' }),
  ]),
  guest('virt-manager, a volume of LVM', Q35, [
    onPath('/dev/vg0/guest', 'raw', 'vda', 'virtio', { driver: "cache='none' io='native' discard='unmap'" }),
  ]),
  guest(
    'virt-install --disk bus=scsi,serial=,wwn=',
    Q35,
    [
      onPath(`${IMAGES}/s.raw`, 'raw', 'sda', 'scsi', {
        more: `${serial('S3EVNX0K')}<wwn>5000c50015ea71ac</wwn>${drive(0, 3)}`,
      }),
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('virt-install, detect_zeroes without discard', Q35, [
    onPath(`${IMAGES}/z.qcow2`, 'qcow2', 'vda', 'virtio', { driver: "detect_zeroes='unmap'" }),
  ]),
  guest('virt-install, detect_zeroes with discard', Q35, [
    onPath(`${IMAGES}/z.qcow2`, 'qcow2', 'vda', 'virtio', { driver: "discard='unmap' detect_zeroes='unmap'" }),
  ]),
  guest('virt-install, copy on read', Q35, [
    onPath(`${IMAGES}/c.qcow2`, 'qcow2', 'vda', 'virtio', { driver: "discard='unmap' copy_on_read='on'" }),
  ]),
  guest('virt-xml discard=ignore', Q35, [
    onPath(`${IMAGES}/i.qcow2`, 'qcow2', 'vda', 'virtio', { driver: "discard='ignore'" }),
  ]),
];

export const DESKTOP: readonly DomainForm[] = [
  guest('GNOME Boxes', Q35, [
    onPath('/home/me/.local/share/gnome-boxes/images/boxes-unknown', 'qcow2', 'vda', 'virtio', {
      driver: "cache='writeback' discard='unmap'",
    }),
  ]),
  guest('GNOME Boxes, on IDE of an express installation', PC, [
    onPath('/home/me/.local/share/gnome-boxes/images/win7', 'qcow2', 'hda', 'ide', { driver: "cache='writeback'" }),
  ]),
  guest('GNOME Boxes, after a snapshot', Q35, [
    onPath('/home/me/.local/share/gnome-boxes/images/vm.snap', 'qcow2', 'vda', 'virtio', {
      driver: UNMAP,
      more: "<backingStore type='file'><format type='qcow2'/><source file='/home/me/.local/share/gnome-boxes/images/vm'/><backingStore/></backingStore>",
    }),
  ]),
  guest('Vagrant with libvirt', PC, [
    onPath(`${IMAGES}/box_default.img`, 'qcow2', 'vda', 'virtio', { driver: "cache='default'" }),
  ]),
  guest('Vagrant with libvirt, a second disk', PC, [
    onPath(`${IMAGES}/box_default.img`, 'qcow2', 'vda', 'virtio'),
    onPath(`${IMAGES}/box_default-vdb.qcow2`, 'qcow2', 'vdb', 'virtio', {
      driver: "cache='none' discard='unmap' detect_zeroes='on'",
      more: serial('scratch'),
    }),
  ]),
  guest(
    'minikube with kvm2',
    PC,
    [
      onPath('/home/me/.minikube/machines/minikube/minikube.rawdisk', 'raw', 'hda', 'virtio', {
        driver: "cache='default' io='threads'",
      }),
    ],
    { devices: CDROM },
  ),
  guest(
    'Terraform, a volume on SCSI with a WWN',
    PC,
    [onPath(`${IMAGES}/tf.qcow2`, 'qcow2', 'sda', 'scsi', { more: '<wwn>05abcd1f2e3d4c5b</wwn>' })],
    ON_VIRTIO_SCSI,
  ),
  guest(
    'Cockpit',
    Q35,
    [onPath(`${IMAGES}/cockpit.qcow2`, 'qcow2', 'vda', 'virtio', { driver: "cache='writeback'", more: pci(0, 1) })],
    { devices: ports(3) },
  ),
  guest('Unraid', Q35, [
    onPath('/mnt/user/domains/Windows/vdisk1.img', 'raw', 'hdc', 'virtio', {
      driver: "cache='writeback' discard='unmap'",
      more: serial('vdisk1'),
    }),
  ]),
  guest('Unraid, passed by its name', Q35, [
    onPath('/dev/disk/by-id/ata-WDC_WD40', 'raw', 'hdd', 'sata', { driver: "cache='none'" }),
  ]),
  guest(
    'kcli',
    PC,
    [onPath(`${IMAGES}/k_0.img`, 'qcow2', 'sda', 'scsi', { driver: "cache='none' io='native' discard='unmap'" })],
    ON_VIRTIO_SCSI,
  ),
  guest('OpenShift installer', Q35, [
    onPath('/var/lib/libvirt/openshift-images/c/bootstrap', 'qcow2', 'vda', 'virtio', { driver: UNMAP }),
  ]),
  guest('a lab of sushy-tools', Q35, [
    onPath(`${IMAGES}/node-0.qcow2`, 'qcow2', 'sda', 'sata', { driver: "cache='unsafe'" }),
  ]),
];
