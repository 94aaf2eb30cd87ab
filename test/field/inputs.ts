import type { FieldCase } from './field-case.ts';

const NOTHING_UNSAID = 'test/collector/qemu/nothing-unsaid.test.ts';
const LIBVIRT_DISKS = 'test/collector/host/libvirt-disks.test.ts';
const ONE_DISK = 'test/collector/host/one-disk.test.ts';

/** Advice that failed, and what a trim does not reach. */
const ADVICE: readonly FieldCase[] = [
  {
    name: 'repair-offered-in-vain',
    right:
      'A live repair is printed only where it would be carried out; of an nbd node and of a copy-on-read filter the words of its refusal are.',
    tests: [
      { file: 'test/collector/conduct/measure/repair-outlooks.test.ts', title: 'raw over an nbd node' },
      { file: 'test/collector/conduct/measure/repair-outlooks.test.ts', title: 'a copy-on-read filter' },
    ],
    seenToFail: 'fixDiscardUnmap offered the repair of every guest of nobody, whatever the planning had answered.',
  },
  {
    name: 'usb-storage-fix',
    right:
      'usb-storage has no discard for Linux: another bus is the cure, and never an option, least of all one that is set.',
    tests: [
      {
        file: 'test/collector/diagnose/owners-fixes.test.ts',
        title: 'a usb-storage disk is given no option, but another bus',
      },
      { file: 'test/protocol/causes/guest-causes.test.ts', title: 'of a disk goes by its driver' },
    ],
    seenToFail:
      'findDiscardOff without its line on USB; and the old words, "give the QEMU device a discard_granularity other than 0", in the note of disk-without-discard.',
  },
  {
    name: 'freed-volume-never-trimmed',
    right:
      'Space that belongs to no filesystem is a note with its size and the next step, and the estimate of 0 B after a trim does not hide it.',
    tests: [
      {
        file: 'test/collector/diagnose/outside.test.ts',
        title: 'is told apart by the last good trim, which left more than their structures can take',
      },
      {
        file: 'test/collector/diagnose/outside.test.ts',
        title: 'is no part of what a trim could bring, once it was given back',
      },
      {
        file: 'test/agent/probe/unreached.test.ts',
        title: 'is what pvs calls free, also where every volume is gone',
      },
      { file: 'test/agent/probe/unreached.test.ts', title: 'is what a thin pool in the guest has given to no volume' },
      {
        file: 'test/agent/probe/unreached.test.ts',
        title: 'is between partitions and after them, in whole pieces, and never where the copy of a table lies',
      },
    ],
    seenToFail:
      'measureOutside without what the last trim left; estimateSlack, which took all that a trim had left for structures; findUnreached without free extents and chunks, and without free ranges.',
  },
  {
    name: 'not-mounted',
    right:
      'A disk of which nothing is mounted is announced and told of with the next step, also a loop device of this host; a mount of another namespace is named with its process.',
    tests: [
      { file: 'test/agent/probe/not-mounted.test.ts', title: 'is told with its size, and with what udev found on it' },
      {
        file: 'test/agent/probe/not-mounted.test.ts',
        title: 'is in the inventory all the same, so that the host can tell which image it is',
      },
      { file: 'test/agent/probe/unreached.test.ts', title: 'is told once, with a process that sees it' },
      {
        file: 'test/collector/conduct/doctor/doctor.test.ts',
        title: 'says of a loop device of this host that nothing of it is mounted, once the agent has told what is',
      },
    ],
    seenToFail:
      'findUnreached without findNotMounted, and without mounts of other namespaces; readDisks without idle disks. The loop device failed on c394470: "no agent tells which disk of the guest it is".',
  },
  {
    name: 'deleted-still-open',
    right:
      'Deleted files that are still open are told with their bytes and the process that has them, beside "there was nothing to give back".',
    tests: [
      {
        file: 'test/agent/probe/unreached.test.ts',
        title: 'are added up by filesystem, each file once, and the process with the most is named first',
      },
      {
        file: 'test/collector/diagnose/outside.test.ts',
        title: 'that there was nothing to give back says what keeps it',
      },
    ],
    seenToFail: 'findUnreached without findDeletedFiles; tellWhatIsKept without the cause in its ANSWERS.',
  },
  {
    name: 'read-only-only-for-the-agent',
    right:
      'The options of the superblock decide: a mount that is read-only for the agent alone is trimmed, and of f2fs its unit is named.',
    tests: [
      { file: 'test/agent/probe/obstacles.test.ts', title: 'does not keep %s from being trimmed' },
      {
        file: 'test/agent/probe/obstacles.test.ts',
        title: 'keeps f2fs, which asks for a mount that can be written, and says what to do',
      },
    ],
    seenToFail: 'findReadOnly went by the options of the mount as well as those of the superblock.',
  },
];

/** Disks that vanished or were misread. */
const DISKS: readonly FieldCase[] = [
  {
    name: '01-readconfig',
    right:
      'Disks, bridges and monitors of a -readconfig file are read, one that is not read is told of, and -qmp chardev:ID is that character device.',
    tests: [
      { file: NOTHING_UNSAID, title: 'is read as if its options stood on the command line' },
      { file: NOTHING_UNSAID, title: 'that cannot be read is told' },
      { file: NOTHING_UNSAID, title: '-readconfig /etc/guest.cfg' },
      { file: NOTHING_UNSAID, title: 'the monitor of -qmp chardev:ID is that character device' },
      {
        file: 'test/collector/qemu/command-line.test.ts',
        title: 'reads Proxmox 9: one nested -blockdev with a throttle; pci.0 is a bridge on its q35',
      },
      {
        file: 'test/collector/qemu/process-files.test.ts',
        title: 'reads the -readconfig file that its QEMU sees, which may have a root of its own',
      },
    ],
    seenToFail:
      'openConfiguration left the option as it was; findUnread found none; fromShortForm without its line on chardev; readConfigurations had no text.',
  },
  {
    name: '02-vhost-user-silent',
    right:
      'A disk of vhost-user-blk is there under the name that libvirt gives it, with a finding that another process serves it; vhost-user-scsi and vhost-scsi have a finding.',
    tests: [
      { file: NOTHING_UNSAID, title: 'a disk of vhost-user-blk is another process’' },
      { file: NOTHING_UNSAID, title: '-device vhost-user-scsi-pci,chardev=c' },
      { file: NOTHING_UNSAID, title: '-device vhost-scsi-pci,wwpn=naa.500140500000abcd' },
      {
        file: 'test/collector/explain/peers-contract.test.ts',
        title: 'both agree, also on WWN, and on each part of an address that the XML has',
      },
    ],
    seenToFail:
      'findOtherStorage without each of the three drivers in turn; the XML’s name of such a disk without its socket.',
  },
  {
    name: '04-pve-machine-suffix',
    right: '+pve0 and .pxe after a machine type hide nothing: virtio-blk of pc-i440fx-3.1+pve0 has no discard.',
    tests: [
      { file: 'test/collector/qemu/machine-age.test.ts', title: 'is read of the command line that Proxmox VE wrote' },
      { file: 'test/collector/qemu/machine-age.test.ts', title: 'knows the age of the machine type %s' },
    ],
    seenToFail: 'toMachineWithoutDiscard wanted the number at the end of the type.',
  },
  {
    name: '05-bcachefs-second-device',
    right:
      'Every device in the source of a bcachefs is one of its devices, and the disks below all of them are in the inventory.',
    tests: [
      {
        file: 'test/agent/probe/bcachefs.test.ts',
        title: 'finds every device of a bcachefs, also where the mount has the number of one',
      },
      {
        file: 'test/agent/probe/bcachefs.test.ts',
        title: 'has the disks of all of them, so that the host can count and measure each',
      },
    ],
    seenToFail: 'findDevices went by the number of the mount first.',
  },
  {
    name: '06-libvirt-nvme-name',
    right: 'A <disk type="nvme"> is named by its PCI address and namespace, as QEMU’s node of it is, and two are two.',
    tests: [
      { file: LIBVIRT_DISKS, title: 'have a name each where QEMU drives an NVMe device by itself' },
      { file: ONE_DISK, title: 'is one where QEMU drives an NVMe device, and two are two' },
    ],
    seenToFail: 'toPlace took the path of the source for the device, which it does not have.',
  },
  {
    name: '07-lun-on-virtio',
    right: 'A lun on virtio is a disk like any other, and nobody says that it was left out, also while it runs.',
    tests: [
      { file: LIBVIRT_DISKS, title: 'are passed through as a LUN of SCSI, and not as one of virtio-blk' },
      { file: ONE_DISK, title: 'is one as a LUN on virtio, and nobody says that it was left out' },
    ],
    seenToFail: 'findObstacle called every lun passed through, whatever its bus.',
  },
  {
    name: '08-left-out-but-there',
    right: 'What one source says of a disk that it left out is dropped when another source has that disk.',
    tests: [
      {
        file: ONE_DISK,
        title:
          'a disk that Proxmox VE left out, for its storage has no path, is there by the QEMU that runs, and left out no more',
      },
      {
        file: 'test/collector/host/merge-domains.test.ts',
        title:
          'no longer says of a disk that it was left out when another source has it, and says it once when none has',
      },
    ],
    seenToFail: 'createIsNews did not ask whether the disk is there.',
  },
  {
    name: '10-wwn-with-0x',
    right:
      'A <wwn> has one 0x, with or without one in the XML, and agrees with that of the command line and of the guest.',
    tests: [
      { file: LIBVIRT_DISKS, title: 'have their WWN with one 0x' },
      { file: ONE_DISK, title: 'has one WWN, by which a guest can know it' },
    ],
    seenToFail: 'toWwn put 0x before whatever stood there.',
  },
  {
    name: '13-other-interfaces-silent',
    right:
      'Drives of pseries are on SCSI, and those of if=sd, if=xen and of machines with an interface of their own are disks too.',
    tests: [
      { file: NOTHING_UNSAID, title: 'the drives of machines without IDE' },
      { file: NOTHING_UNSAID, title: '-%s is a disk, or has a finding' },
    ],
    seenToFail: 'toDefaultInterface without pseries; BRINGS_DISK without sd, xen and unknown.',
  },
  {
    name: '15-two-names-of-network-images',
    right:
      'One storage on the network has one name, by XML, node and URL: its own port left out, an export, a snapshot and %3A read; detect_zeroes=unmap without discard=unmap is on.',
    tests: [
      { file: ONE_DISK, title: 'is one on gluster, of which only one says the port' },
      { file: ONE_DISK, title: 'is one on Ceph, at a snapshot of its image' },
      { file: LIBVIRT_DISKS, title: '%s %s is %s' },
      { file: NOTHING_UNSAID, title: 'the node %s is %s' },
      { file: NOTHING_UNSAID, title: 'the address %s is %s' },
      { file: LIBVIRT_DISKS, title: 'have zeroes written where detect_zeroes is unmap and discard is not' },
    ],
    seenToFail:
      'toServer kept every port; toNetworkImage without the snapshot; toNbdPlace without exportname; toUrlLabel without decoding; toDetectZeroes without a look at discard.',
  },
];

/** Disks that vanished or were misread, and advice that failed. */
export const INPUTS: readonly FieldCase[] = [...ADVICE, ...DISKS];
