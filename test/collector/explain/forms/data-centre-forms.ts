import { type DomainForm, onNetwork, onPath } from './libvirt-domain.ts';
import { drive, guest, host, ON_VIRTIO_SCSI, PC, Q35, serial, source, UNMAP, UUIDS } from './parts.ts';

export const DATA_CENTRE: readonly DomainForm[] = [
  guest(
    'oVirt, a block domain',
    Q35,
    [
      onPath(`/rhev/data-center/mnt/blockSD/${UUIDS[0]}/images/${UUIDS[1]}/${UUIDS[0]}`, 'qcow2', 'sda', 'scsi', {
        driver: "cache='none' error_policy='stop' io='native' discard='unmap'",
        more: serial(UUIDS[1]) + drive(0, 0),
      }),
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('oVirt, an NFS domain', Q35, [
    onPath(
      `/rhev/data-center/mnt/nfs.example.org:_export/${UUIDS[0]}/images/${UUIDS[1]}/${UUIDS[0]}`,
      'raw',
      'vda',
      'virtio',
      {
        driver: "cache='none' error_policy='stop' io='threads'",
        more: serial(UUIDS[1]),
      },
    ),
  ]),
  guest(
    'oVirt, a direct LUN',
    Q35,
    [
      onPath('/dev/mapper/36001405a1b2c3d4e', 'raw', 'sda', 'scsi', {
        driver: "cache='none' error_policy='stop' io='native'",
        device: 'lun',
        image: '/dev/mapper/36001405a1b2c3d4e',
        more: drive(0, 1),
      }),
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('oVirt, a LUN on virtio', PC, [
    onPath('/dev/mapper/mpatha', 'raw', 'vda', 'virtio', { driver: UNMAP, device: 'lun' }),
  ]),
  guest('oVirt, shareable', Q35, [
    onPath('/dev/mapper/shared', 'raw', 'vda', 'virtio', {
      driver: "cache='none'",
      more: `<shareable/>${serial('shared')}`,
    }),
  ]),
  guest('KubeVirt, a container disk', Q35, [
    onPath('/var/run/kubevirt-ephemeral-disks/disk-data/rootdisk/disk.qcow2', 'qcow2', 'vda', 'virtio', {
      driver: "cache='none' error_policy='stop' discard='unmap'",
      more: "<backingStore type='file'><format type='raw'/><source file='/var/run/kubevirt/container-disks/disk_0.img'/></backingStore><alias name='ua-rootdisk'/>",
    }),
    onPath('/var/run/kubevirt-ephemeral-disks/cloud-init-data/ns/vm/noCloud.iso', 'raw', 'vdb', 'virtio', {
      driver: "cache='none'",
      more: "<alias name='ua-cloudinit'/>",
    }),
  ]),
  guest('KubeVirt, a block claim', Q35, [
    onPath('/dev/rootdisk', 'raw', 'vda', 'virtio', {
      driver: "cache='none' error_policy='stop' io='native' discard='unmap'",
      more: "<alias name='ua-rootdisk'/>",
    }),
  ]),
  guest('KubeVirt, a filesystem claim on SATA', Q35, [
    onPath('/var/run/kubevirt-private/vmi-disks/data/disk.img', 'raw', 'sda', 'sata', {
      driver: "cache='none' discard='unmap'",
      more: `${serial('D23YZ9W6WA5DJ487')}<alias name='ua-data'/>`,
    }),
  ]),
  guest(
    'KubeVirt, hotplugged on SCSI',
    Q35,
    [
      onPath('/var/run/kubevirt/hotplug-disks/data.img', 'raw', 'sda', 'scsi', {
        driver: UNMAP,
        more: `<alias name='ua-hp'/>${drive(0, 0)}`,
      }),
    ],
    { devices: "<controller type='scsi' index='0' model='virtio-non-transitional'/>" },
  ),
  guest('OpenStack, qcow2 on the node', PC, [
    onPath(`/var/lib/nova/instances/${UUIDS[0]}/disk`, 'qcow2', 'vda', 'virtio', {
      driver: "cache='none' discard='unmap'",
    }),
  ]),
  guest('OpenStack, without hw_disk_discard', PC, [
    onPath(`/var/lib/nova/instances/${UUIDS[0]}/disk`, 'qcow2', 'vda', 'virtio', { driver: "cache='none'" }),
  ]),
  guest('OpenStack, Ceph', PC, [
    onNetwork(
      {
        source: source(`protocol='rbd' name='vms/${UUIDS[0]}_disk'`, host('10.0.0.1', 6789) + host('10.0.0.2', 6789)),
        target: 'vda',
        image: `rbd:vms/${UUIDS[0]}_disk`,
      },
      { driver: "cache='writeback' discard='unmap'" },
    ),
  ]),
  guest(
    'OpenStack, Ceph on virtio-scsi',
    Q35,
    [
      {
        ...onNetwork(
          {
            source: source(`protocol='rbd' name='volumes/volume-${UUIDS[0]}'`, host('10.0.0.1', 6789)),
            target: 'sda',
            image: `rbd:volumes/volume-${UUIDS[0]}`,
          },
          { driver: UNMAP, more: serial(UUIDS[0]) + drive(0, 0) },
        ),
        bus: 'scsi',
      },
    ],
    ON_VIRTIO_SCSI,
  ),
  guest('OpenStack, a volume over iSCSI', PC, [
    onPath('/dev/dm-7', 'raw', 'vdb', 'virtio', { driver: "cache='none' io='native'", more: serial(UUIDS[1]) }),
  ]),
  guest('OpenStack, config drive on IDE', PC, [
    onPath(`/var/lib/nova/instances/${UUIDS[0]}/disk`, 'qcow2', 'vda', 'virtio', { driver: UNMAP }),
    onPath(`/var/lib/nova/instances/${UUIDS[0]}/disk.eph0`, 'qcow2', 'vdb', 'virtio', { driver: UNMAP }),
  ]),
  guest('CloudStack, NFS', PC, [
    onPath(`/mnt/${UUIDS[0]}/${UUIDS[1]}`, 'qcow2', 'vda', 'virtio', {
      driver: "cache='none'",
      more: serial('5b1e8f0493c74d6b8a15'),
    }),
  ]),
  guest('CloudStack, Ceph', PC, [
    onNetwork(
      {
        source: source(`protocol='rbd' name='cloudstack/${UUIDS[1]}'`, host('mon.example.org', 6789)),
        target: 'vda',
        image: `rbd:cloudstack/${UUIDS[1]}`,
      },
      { driver: "cache='none' discard='unmap'" },
    ),
  ]),
  guest('OpenNebula', PC, [
    onPath('/var/lib/one//datastores/0/42/disk.0', 'qcow2', 'vda', 'virtio', {
      driver: "cache='none' io='native' discard='unmap'",
      image: '/var/lib/one/datastores/0/42/disk.0',
    }),
  ]),
  guest('OpenNebula, Ceph', PC, [
    onNetwork(
      {
        source: source("protocol='rbd' name='one/one-12-42-0'", host('mon.example.org')),
        target: 'sda',
        image: 'rbd:one/one-12-42-0',
      },
      { driver: UNMAP },
    ),
  ]),
  guest('Harvester with Longhorn', Q35, [
    onPath('/dev/longhorn-disk', 'raw', 'vda', 'virtio', { driver: "cache='none' io='native' discard='unmap'" }),
  ]),
];
