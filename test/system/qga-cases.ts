import { LAB_CASES } from '../lab/cases.ts';
import { type LabCase, MIB, RECLAIMED, type Stand } from '../lab/lab-case.ts';

const small = { bus: 'virtio-scsi', image: { format: 'raw', bytes: 128 * MIB }, discard: 'unmap' } as const;

/** Each of the two disks has every second piece of the file. */
const STRIPED: Stand = {
  name: 'lvm-two-disks',
  guest: 'disks',
  filesystem: 'ext4',
  disks: [
    { id: 'striped-a', ...small },
    { id: 'striped-b', ...small },
  ],
  through: 'lvm, striped',
  layers:
    'vgcreate -q -y striped "$disk1" "$disk2" && lvcreate -q -y -Zn -i 2 -I 64 -l 100%FREE -n data striped && device=/dev/striped/data',
  fileBytes: 64 * MIB,
};

const named = (name: string): LabCase => {
  const found = LAB_CASES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the lab has no case ${name}`);
  return found;
};

/**
 * With more in it: the totals of qemu-ga leave out what ext4 keeps for root (5 %), and so much may be in use for all
 * that anybody can tell.
 */
function larger({ stand, ...rest }: LabCase): LabCase {
  return { ...rest, stand: { ...stand, fileBytes: 160 * MIB } };
}

/**
 * Paths of which the host alone can prove what became of a trim: the verdict is that of the lab, where our own agent
 * trims.
 */
export const QGA_CASES: readonly LabCase[] = [
  named('scsi-raw-ext4'),
  named('blk-qcow2-ext4'),
  named('host-ignores-discard'),
  named('format-node-ignores-discard'),
  larger(named('internal-snapshot')),
  larger(named('backing-file')),
  ...STRIPED.disks.map(
    ({ id }): LabCase => ({
      name: id,
      stand: STRIPED,
      disk: id,
      expected: RECLAIMED,
      expectedDeltaBytes: STRIPED.fileBytes / 2,
    }),
  ),
];

/** As the others, but that qemu-ga tells no serial of an NVMe disk. */
export const NVME_CASE = named('nvme-raw-ext4');
