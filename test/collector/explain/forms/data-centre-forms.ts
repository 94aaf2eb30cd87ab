import { type DomainForm, onNetwork, onPath } from './libvirt-domain.ts';
import { drive, guest, host, PC, Q35, serial, source, UNMAP, UUIDS, VIRTIO_SCSI } from './parts.ts';

export const DATA_CENTRE: readonly DomainForm[] = [
  guest({
    name: 'oVirt, a block domain',
    machine: Q35,
    disks: [
      onPath({
        path: `/rhev/data-center/mnt/blockSD/${UUIDS[0]}/images/${UUIDS[1]}/${UUIDS[0]}`,
        format: 'qcow2',
        target: 'sda',
        bus: 'scsi',
        driver: "cache='none' error_policy='stop' io='native' discard='unmap'",
        more: serial(UUIDS[1]) + drive({ target: 0, unit: 0 }),
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'oVirt, an NFS domain',
    machine: Q35,
    disks: [
      onPath({
        path: `/rhev/data-center/mnt/nfs.example.org:_export/${UUIDS[0]}/images/${UUIDS[1]}/${UUIDS[0]}`,
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' error_policy='stop' io='threads'",
        more: serial(UUIDS[1]),
      }),
    ],
  }),
  guest({
    name: 'oVirt, a direct LUN',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/mapper/36001405a1b2c3d4e',
        format: 'raw',
        target: 'sda',
        bus: 'scsi',
        driver: "cache='none' error_policy='stop' io='native'",
        device: 'lun',
        more: drive({ target: 0, unit: 1 }),
      }),
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'oVirt, a LUN on virtio',
    machine: PC,
    disks: [
      onPath({ path: '/dev/mapper/mpatha', format: 'raw', target: 'vda', bus: 'virtio', driver: UNMAP, device: 'lun' }),
    ],
  }),
  guest({
    name: 'oVirt, shareable',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/mapper/shared',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none'",
        more: `<shareable/>${serial('shared')}`,
      }),
    ],
  }),
  guest({
    name: 'KubeVirt, a container disk',
    machine: Q35,
    disks: [
      onPath({
        path: '/var/run/kubevirt-ephemeral-disks/disk-data/rootdisk/disk.qcow2',
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' error_policy='stop' discard='unmap'",
        more: "<backingStore type='file'><format type='raw'/><source file='/var/run/kubevirt/container-disks/disk_0.img'/></backingStore><alias name='ua-rootdisk'/>",
      }),
      onPath({
        path: '/var/run/kubevirt-ephemeral-disks/cloud-init-data/ns/vm/noCloud.iso',
        format: 'raw',
        target: 'vdb',
        bus: 'virtio',
        driver: "cache='none'",
        more: "<alias name='ua-cloudinit'/>",
      }),
    ],
  }),
  guest({
    name: 'KubeVirt, a block claim',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/rootdisk',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' error_policy='stop' io='native' discard='unmap'",
        more: "<alias name='ua-rootdisk'/>",
      }),
    ],
  }),
  guest({
    name: 'KubeVirt, a filesystem claim on SATA',
    machine: Q35,
    disks: [
      onPath({
        path: '/var/run/kubevirt-private/vmi-disks/data/disk.img',
        format: 'raw',
        target: 'sda',
        bus: 'sata',
        driver: "cache='none' discard='unmap'",
        more: `${serial('D23YZ9W6WA5DJ487')}<alias name='ua-data'/>`,
      }),
    ],
  }),
  guest({
    name: 'KubeVirt, hotplugged on SCSI',
    machine: Q35,
    disks: [
      onPath({
        path: '/var/run/kubevirt/hotplug-disks/data.img',
        format: 'raw',
        target: 'sda',
        bus: 'scsi',
        driver: UNMAP,
        more: `<alias name='ua-hp'/>${drive({ target: 0, unit: 0 })}`,
      }),
    ],
    devices: "<controller type='scsi' index='0' model='virtio-non-transitional'/>",
  }),
  guest({
    name: 'OpenStack, qcow2 on the node',
    machine: PC,
    disks: [
      onPath({
        path: `/var/lib/nova/instances/${UUIDS[0]}/disk`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' discard='unmap'",
      }),
    ],
  }),
  guest({
    name: 'OpenStack, without hw_disk_discard',
    machine: PC,
    disks: [
      onPath({
        path: `/var/lib/nova/instances/${UUIDS[0]}/disk`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none'",
      }),
    ],
  }),
  guest({
    name: 'OpenStack, Ceph',
    machine: PC,
    disks: [
      onNetwork({
        source: source({
          attributes: `protocol='rbd' name='vms/${UUIDS[0]}_disk'`,
          inside: host('10.0.0.1', 6789) + host('10.0.0.2', 6789),
        }),
        target: 'vda',
        image: `rbd:vms/${UUIDS[0]}_disk`,
        driver: "cache='writeback' discard='unmap'",
      }),
    ],
  }),
  guest({
    name: 'OpenStack, Ceph on virtio-scsi',
    machine: Q35,
    disks: [
      {
        ...onNetwork({
          source: source({
            attributes: `protocol='rbd' name='volumes/volume-${UUIDS[0]}'`,
            inside: host('10.0.0.1', 6789),
          }),
          target: 'sda',
          image: `rbd:volumes/volume-${UUIDS[0]}`,
          driver: UNMAP,
          more: serial(UUIDS[0]) + drive({ target: 0, unit: 0 }),
        }),
        bus: 'scsi',
      },
    ],
    devices: VIRTIO_SCSI,
  }),
  guest({
    name: 'OpenStack, a volume over iSCSI',
    machine: PC,
    disks: [
      onPath({
        path: '/dev/dm-7',
        format: 'raw',
        target: 'vdb',
        bus: 'virtio',
        driver: "cache='none' io='native'",
        more: serial(UUIDS[1]),
      }),
    ],
  }),
  guest({
    name: 'OpenStack, config drive on IDE',
    machine: PC,
    disks: [
      onPath({
        path: `/var/lib/nova/instances/${UUIDS[0]}/disk`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: UNMAP,
      }),
      onPath({
        path: `/var/lib/nova/instances/${UUIDS[0]}/disk.eph0`,
        format: 'qcow2',
        target: 'vdb',
        bus: 'virtio',
        driver: UNMAP,
      }),
    ],
  }),
  guest({
    name: 'CloudStack, NFS',
    machine: PC,
    disks: [
      onPath({
        path: `/mnt/${UUIDS[0]}/${UUIDS[1]}`,
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none'",
        more: serial('5b1e8f0493c74d6b8a15'),
      }),
    ],
  }),
  guest({
    name: 'CloudStack, Ceph',
    machine: PC,
    disks: [
      onNetwork({
        source: source({
          attributes: `protocol='rbd' name='cloudstack/${UUIDS[1]}'`,
          inside: host('mon.example.org', 6789),
        }),
        target: 'vda',
        image: `rbd:cloudstack/${UUIDS[1]}`,
        driver: "cache='none' discard='unmap'",
      }),
    ],
  }),
  guest({
    name: 'OpenNebula',
    machine: PC,
    disks: [
      onPath({
        path: '/var/lib/one//datastores/0/42/disk.0',
        format: 'qcow2',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' io='native' discard='unmap'",
        image: '/var/lib/one/datastores/0/42/disk.0',
      }),
    ],
  }),
  guest({
    name: 'OpenNebula, Ceph',
    machine: PC,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='rbd' name='one/one-12-42-0'", inside: host('mon.example.org') }),
        target: 'sda',
        image: 'rbd:one/one-12-42-0',
        driver: UNMAP,
      }),
    ],
  }),
  guest({
    name: 'Harvester with Longhorn',
    machine: Q35,
    disks: [
      onPath({
        path: '/dev/longhorn-disk',
        format: 'raw',
        target: 'vda',
        bus: 'virtio',
        driver: "cache='none' io='native' discard='unmap'",
      }),
    ],
  }),
];
