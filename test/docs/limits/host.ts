import { MOST_BRIDGES as LIBVIRT_BRIDGES } from '../../../collector/src/host/libvirt/controllers.ts';
import { MOST_DEPTH, MOST_XML_CHARACTERS } from '../../../collector/src/host/libvirt/xml.ts';
import { MOST_NAMED } from '../../../collector/src/host/proxmox/containers.ts';
import { MOST_IMAGES } from '../../../collector/src/image/backing-chain.ts';
import { TIMEOUT_MS as MAP_MS } from '../../../collector/src/image/file-map.ts';
import { TIMEOUT_MS as HELD_MS, MOST_ADDRESSES } from '../../../collector/src/image/held-parts.ts';
import { MOST_L1_BYTES, MOST_NAME_BYTES, MOST_SNAPSHOTS } from '../../../collector/src/image/qcow2-header.ts';
import { MOST_BYTES, MOST_MS } from '../../../collector/src/image/qcow2-walk.ts';
import { TIMEOUT_MS as IMG_MS } from '../../../collector/src/image/qemu-img-info.ts';
import { TIMEOUT_MS as REPORT_MS } from '../../../collector/src/image/run-report.ts';
import { MOST_OUTPUT_BYTES } from '../../../collector/src/io/commands.ts';
import { LONG_LIST } from '../../../collector/src/io/host-files.ts';
import { ANSWERS_MS, CHANGE_MS, GREETING_MS } from '../../../collector/src/io/qmp-client.ts';
import { MOST_LINE_BYTES } from '../../../collector/src/io/qmp-socket.ts';
import { PIECE } from '../../../collector/src/io/status-thread.ts';
import { MOST_ANSWER_CHARACTERS, MOST_ERROR_CHARACTERS } from '../../../collector/src/io/virsh.ts';
import { TIMEOUT_MS as COMMIT_MS } from '../../../collector/src/pool/commit-pool.ts';
import { MOST_NAMED as VOLUMES_NAMED } from '../../../collector/src/pool/container-volumes.ts';
import { MOST_MOUNTINFO_BYTES } from '../../../collector/src/pool/mounts.ts';
import { MOST_LINKS } from '../../../collector/src/pool/resolve-links.ts';
import { MOST_LAYERS } from '../../../collector/src/pool/thin-below.ts';
import { MOST_FOLDERS, MOST_NAMES, MOST_TOLD, STATS_AT_ONCE } from '../../../collector/src/pool/unclaimed-images.ts';
import { MOST_NODES } from '../../../collector/src/qemu/command-line/block-chain.ts';
import { MOST_CONFIGURATION_BYTES } from '../../../collector/src/qemu/command-line/configuration-file.ts';
import { MOST_BRIDGES as LINE_BRIDGES } from '../../../collector/src/qemu/command-line/pci-paths.ts';
import { DESCRIPTORS_AT_ONCE, MOST_DESCRIPTORS } from '../../../collector/src/qemu/descriptors.ts';
import { MOST_CONFIGURATIONS } from '../../../collector/src/qemu/qemu-processes.ts';
import { MOST_NODES as REOPENED_NODES } from '../../../collector/src/qemu/reopen/reopen-chain.ts';
import { MOST_BRIDGES as RUNNING_BRIDGES } from '../../../collector/src/qemu/topology/pci-paths.ts';
import { LONGEST_PATH } from '../../../collector/src/qemu/topology/running-image.ts';
import { constant, type LimitSection } from './limit.ts';

const PROGRAM = 'the program is killed, and what it would have told counts as unknown';
const REFUSED = 'the image is not measured, and the finding says why';
const NO_PATH = 'the path of the disk is unknown, and matches nothing';

export const HOST: LimitSection = {
  title: 'What is read on the host',
  said: 'Hypervisors, their programs, images and pools. Guests and local users decide how large they are.',
  limits: [
    constant({
      what: 'answer of a program',
      file: 'collector/src/io/commands.ts',
      constants: { MOST_OUTPUT_BYTES },
      atIt: PROGRAM,
    }),
    constant({
      what: 'time for `qemu-img info`',
      file: 'collector/src/image/qemu-img-info.ts',
      constants: { TIMEOUT_MS: IMG_MS },
      atIt: PROGRAM,
    }),
    constant({
      what: 'time for `lvs`, `dmsetup`, `zfs`, `rbd`',
      file: 'collector/src/image/run-report.ts',
      constants: { TIMEOUT_MS: REPORT_MS },
      atIt: PROGRAM,
    }),
    constant({
      what: 'time for `filefrag`, of one image',
      file: 'collector/src/image/file-map.ts',
      constants: { TIMEOUT_MS: MAP_MS },
      atIt: PROGRAM,
    }),
    constant({
      what: 'addresses that btrfs is asked about beside an image, and time for each',
      file: 'collector/src/image/held-parts.ts',
      constants: { MOST_ADDRESSES, TIMEOUT_MS: HELD_MS },
      atIt: PROGRAM,
    }),
    constant({
      what: 'time for the commit of a pool',
      file: 'collector/src/pool/commit-pool.ts',
      constants: { TIMEOUT_MS: COMMIT_MS },
      atIt: `${PROGRAM}; a trim waits no longer than settle-limit`,
    }),
    constant({
      what: 'an answer of virsh, and its errors',
      file: 'collector/src/io/virsh.ts',
      constants: { MOST_ANSWER_CHARACTERS, MOST_ERROR_CHARACTERS },
      atIt: 'the rest is read and forgotten; the answer counts as none',
    }),
    constant({
      what: 'a document of libvirt, and its nesting',
      file: 'collector/src/host/libvirt/xml.ts',
      constants: { MOST_XML_CHARACTERS, MOST_DEPTH },
      atIt: 'that domain is not read, and a finding says so',
    }),
    constant({
      what: 'containers named in a finding',
      file: 'collector/src/host/proxmox/containers.ts',
      constants: { MOST_NAMED },
      atIt: 'the others are counted',
    }),
    constant({
      what: 'volumes of containers named in a finding',
      file: 'collector/src/pool/container-volumes.ts',
      constants: { MOST_NAMED: VOLUMES_NAMED },
      atIt: 'the others are counted',
    }),
    constant({
      what: 'time for QEMU’s greeting, its answers, and a change',
      file: 'collector/src/io/qmp-client.ts',
      constants: { GREETING_MS, ANSWERS_MS, CHANGE_MS },
      atIt: 'the connection is closed, and QEMU’s counters are unknown',
    }),
    constant({
      what: 'a line of QMP',
      file: 'collector/src/io/qmp-socket.ts',
      constants: { MOST_LINE_BYTES },
      atIt: 'the connection is closed, and QEMU’s counters are unknown',
    }),
    constant({
      what: 'open files of a process, and how many are read at once',
      file: 'collector/src/qemu/descriptors.ts',
      constants: { MOST_DESCRIPTORS, DESCRIPTORS_AT_ONCE },
      atIt: 'which images it has open is unknown',
    }),
    constant({
      what: 'configuration files of one QEMU',
      file: 'collector/src/qemu/qemu-processes.ts',
      constants: { MOST_CONFIGURATIONS },
      atIt: 'the others are not read',
    }),
    constant({
      what: 'a configuration file of QEMU',
      file: 'collector/src/qemu/command-line/configuration-file.ts',
      constants: { MOST_CONFIGURATION_BYTES },
      atIt: 'it is not read, and a finding says so',
    }),
    constant({
      what: 'nodes of a disk on QEMU’s command line',
      file: 'collector/src/qemu/command-line/block-chain.ts',
      constants: { MOST_NODES },
      atIt: 'the image of the disk is unknown',
    }),
    constant({
      what: 'nodes of a disk that is reopened',
      file: 'collector/src/qemu/reopen/reopen-chain.ts',
      constants: { MOST_NODES: REOPENED_NODES },
      atIt: 'the repair is refused',
    }),
    constant({
      what: 'PCI bridges above a disk, by QEMU’s command line',
      file: 'collector/src/qemu/command-line/pci-paths.ts',
      constants: { MOST_BRIDGES: LINE_BRIDGES },
      atIt: NO_PATH,
    }),
    constant({
      what: 'PCI bridges above a disk, by QEMU’s monitor',
      file: 'collector/src/qemu/topology/pci-paths.ts',
      constants: { MOST_BRIDGES: RUNNING_BRIDGES },
      atIt: NO_PATH,
    }),
    constant({
      what: 'PCI bridges above a disk, by libvirt',
      file: 'collector/src/host/libvirt/controllers.ts',
      constants: { MOST_BRIDGES: LIBVIRT_BRIDGES },
      atIt: NO_PATH,
    }),
    constant({
      what: 'characters of a path that QEMU names',
      file: 'collector/src/qemu/topology/running-image.ts',
      constants: { LONGEST_PATH },
      atIt: 'the image of the disk is unknown',
    }),
    constant({
      what: 'L1 table, snapshots and backing name in a qcow2 header',
      file: 'collector/src/image/qcow2-header.ts',
      constants: { MOST_L1_BYTES, MOST_SNAPSHOTS, MOST_NAME_BYTES },
      atIt: `${REFUSED}; QEMU has the same limits`,
    }),
    constant({
      what: 'a walk through the tables of a qcow2 image',
      file: 'collector/src/image/qcow2-walk.ts',
      constants: { MOST_BYTES, MOST_MS },
      atIt: 'the walk stops, and nothing is concluded from it',
    }),
    constant({
      what: 'images below an image',
      file: 'collector/src/image/backing-chain.ts',
      constants: { MOST_IMAGES },
      atIt: REFUSED,
    }),
    constant({
      what: 'files of this host from which on a thread of its own asks for their stat(2), one after the other',
      file: 'collector/src/io/host-files.ts',
      constants: { LONG_LIST },
      atIt: 'fewer are asked for each on its own, and so are all while that thread gets no answer',
    }),
    constant({
      what: 'files that this thread is asked for at once',
      file: 'collector/src/io/status-thread.ts',
      constants: { PIECE },
      atIt: 'the next wait for them',
    }),
    constant({
      what: 'names in a folder, folders, images told that belong to no guest, and stat(2) at once',
      file: 'collector/src/pool/unclaimed-images.ts',
      constants: { MOST_NAMES, MOST_FOLDERS, MOST_TOLD, STATS_AT_ONCE },
      atIt: 'what is beyond is not looked into; a finding names folders that were left out',
    }),
    constant({
      what: 'mounts of another mount namespace',
      file: 'collector/src/pool/mounts.ts',
      constants: { MOST_MOUNTINFO_BYTES },
      atIt: 'the pools of images in there are unknown',
    }),
    constant({
      what: 'links in the path of an image',
      file: 'collector/src/pool/resolve-links.ts',
      constants: { MOST_LINKS },
      atIt: 'its pool is unknown',
    }),
    constant({
      what: 'device-mapper layers below a pool',
      file: 'collector/src/pool/thin-below.ts',
      constants: { MOST_LAYERS },
      atIt: 'what is further below is not followed',
    }),
  ],
};
