import type { FieldCase } from './field-case.ts';
import { VERDICTS_IN_GUEST } from './verdicts-in-guest.ts';

const CAUSES = 'test/collector/diagnose/causes.test.ts';
const JUDGE = 'test/collector/diagnose/judge.test.ts';
const POOLS = 'test/system/what-the-pool-got.test.ts';
const DOCTOR = 'test/collector/conduct/doctor/doctor.test.ts';
const DATA_FILE = 'test/collector/image/data-file.test.ts';
const LOST_GUEST = 'test/collector/conduct/trims/lost-guest.test.ts';

/** What happened on the host, and was taken for something else. */
const ON_HOST: readonly FieldCase[] = [
  {
    name: 'btrfs-host-keeps-the-extents',
    right:
      'Held, with the nothing that the pool regained after its commit, since btrfs keeps an extent until its last part is given up; doctor remembers it.',
    tests: [
      { file: POOLS, title: 'an image in one piece on btrfs falls, its pool gets nothing, and btrfs itself says why' },
      { file: CAUSES, title: 'remembers what its pool kept, and what that is for' },
      { file: 'test/lab/cases/host-filesystems.ts', title: 'btrfs-in-one-piece' },
    ],
    seenToFail:
      'extents-held-in-part found nothing any more: the first, the case of the lab and its case in causes.test.ts failed. What a pool keeps no longer remembered by doctor: the second.',
  },
  {
    name: 'btrfs-compressed',
    right:
      'The host is said to have got what its pool regained; the fall of the image is counted before compression, and doctor says so of the image before any trim.',
    tests: [
      { file: POOLS, title: 'a compressed image falls by what it was before compression' },
      { file: CAUSES, title: 'is said to be stored compressed, where its allocation counts more than its pool holds' },
      { file: 'test/lab/cases/host-filesystems.ts', title: 'btrfs-compressed' },
    ],
    seenToFail:
      'image-compressed found nothing after a trim, and nothing without one: the first and the case of the lab failed, and the second.',
  },
  {
    name: 'extents-shared-fix',
    right:
      'The fix names the command that finds the holder on this filesystem: snapshots and copies on btrfs, copies on xfs.',
    tests: [
      { file: POOLS, title: 'what a %s of it on btrfs shares is held, and the command that is told finds who has it' },
      { file: POOLS, title: 'a copy on xfs is found by the command for xfs, which is not that of btrfs' },
    ],
    seenToFail:
      'The commands of btrfs printed for xfs too: the second failed. The first was not seen to fail; what would make it do so is the same line.',
  },
  {
    name: 'qcow2-clusters-that-belong-to-nobody',
    right:
      'Held by clusters that belong to nobody, counted in the image itself, with a copy as the fix; never small holes concluded from nothing else.',
    tests: [
      { file: JUDGE, title: 'clusters that belong to nobody are no small holes, whatever was sent again' },
      { file: JUDGE, title: 'tables that were not read to the end prove nothing, and the verdict says why' },
      { file: CAUSES, title: 'sees clusters that belong to nobody, and counts them as what comes back after the fix' },
      { file: 'test/collector/image/qcow2-tables.test.ts', title: 'are what a snapshot leaves that is deleted' },
      { file: 'test/lab/cases/held.ts', title: 'deleted-snapshot' },
    ],
    seenToFail:
      'The cause taken off the list, and small holes concluded without the tables, as before: the first two failed, and without the cause the third. The tables no longer walked: the fourth. On a real guest, with the first change: clusters-of-nobody and deleted-snapshot.',
  },
  {
    name: 'qemu-in-another-mount-namespace',
    right:
      'What QEMU has open is measured, by its root or its descriptor, or nothing is; and nobody is said to have moved it.',
    tests: [
      { file: 'test/collector/qemu/open-images.test.ts', title: 'is the one in the root of QEMU, and not another' },
      {
        file: 'test/system/qemu-elsewhere.test.ts',
        title: 'is measured by the file that it has open, and not by the host’s file of that name',
      },
    ],
    seenToFail: 'The file of that name on the host taken for QEMU’s: both failed.',
  },
  {
    name: 'block-job-running',
    right:
      'A job is a matter of its own disk: the others are judged as ever, on its own the discards are lost while it runs, and doctor sees it.',
    tests: [
      { file: 'test/collector/qemu/block-jobs.test.ts', title: 'are those whose node stands on its image' },
      {
        file: 'test/collector/conduct/trims/conclude/sample-gaps.test.ts',
        title: 'leaves nothing open where it dropped every discard from first to last',
      },
      { file: CAUSES, title: 'sees a block job that drops discards while it runs' },
      {
        file: 'test/system/block-jobs.test.ts',
        title: 'drops the discards of that disk, and is no matter of the other',
      },
      { file: 'test/lab/cases/block-jobs.ts', title: 'backup-drops-discards' },
    ],
    seenToFail:
      'Every job of the guest taken for one of the disk: the first failed. Any job taken for a gap, as before: the second. The cause found nothing: the third, and the case of the lab. Every job taken for one of the disk: the fourth.',
  },
  {
    name: 'luks-image-drops-discards',
    right:
      'Lost to a driver that drops discards, proven by the count; doctor knows it of luks before a trim and promises nothing now.',
    tests: [
      { file: JUDGE, title: 'and none of it reached the file: the count proves that its driver dropped it' },
      { file: CAUSES, title: 'knows of luks before any trim that it drops discards' },
      { file: 'test/lab/cases/lost-in-qemu.ts', title: 'luks-drops-discard' },
    ],
    seenToFail:
      'Judged by the list of names without luks, and the list without luks: the first two failed, and luks and parallels in the lab.',
  },
  {
    name: '03-luks-raw',
    right:
      'A raw image that libvirt has QEMU encrypt is luks, holds what is behind its header, and is matched by its serial.',
    tests: [
      {
        file: 'test/collector/image/luks.test.ts',
        title: 'is matched to its disk by its serial, also where only libvirt’s XML tells of it, as of a raw image',
      },
      { file: 'test/collector/host/libvirt-disks.test.ts', title: 'are LUKS where a raw image is encrypted by QEMU' },
      {
        file: 'test/collector/host/merge-domains.test.ts',
        title: 'believes what runs about the format of the same image, and not of another',
      },
      { file: JUDGE, title: ', and none of it reached the file: the count proves that its driver dropped it' },
    ],
    seenToFail:
      'The encryption left unread: the first two failed. The length of the file taken for the capacity: the first. The first source believed about the format: the third. Judged by a list of names: the last.',
  },
  {
    name: 'qcow2-data-file',
    right: 'The data file is followed and measured, its node is one of the disk’s, and btrfs is asked about it.',
    tests: [
      { file: DATA_FILE, title: 'is followed, and its node is one of the disk: %s' },
      { file: DATA_FILE, title: 'loses what its node ignores, before a trim and after it' },
      { file: DATA_FILE, title: 'is what btrfs is asked about and commits, and what is to be copied' },
      { file: 'test/system/data-file.test.ts', title: 'with discard=%s%s is what is measured, and what falls' },
      { file: 'test/lab/cases/lost-in-qemu.ts', title: 'data-file-ignores-discard' },
    ],
    seenToFail:
      'The child data-file left unread on the command line: the first two failed. The file of the tables asked about, committed, copied: the third, each time. With the first change also the last two, on a real QEMU and a real guest.',
  },
  {
    name: 'preallocated-doctor',
    right: 'Doctor names the choice as the trim does, with no fix beside it, and promises none of its space.',
    tests: [
      { file: CAUSES, title: 'says of a preallocation what a trim would say, and nothing else of its nodes' },
      { file: CAUSES, title: 'says of a qcow2 that was preallocated with falloc the same' },
      { file: 'test/collector/cli/views.test.ts', title: 'what no fix gives back is not told as what could come back' },
    ],
    seenToFail:
      'Causes that another explains listed all the same: the first two failed. The third failed on commit c394470, which said that 245 MiB could come back.',
  },
  {
    name: 'nbd-same-host',
    right:
      'A disk from a process of this host has its image and that process’s discard setting; of another server nothing is called sound.',
    tests: [
      {
        file: 'test/system/served-disks.test.ts',
        title: 'has its image and the server’s setting, and falls as that says',
      },
      { file: CAUSES, title: 'does not call a server sound whose own setting nobody read' },
      { file: 'test/lab/cases/lost-in-qemu.ts', title: 'server-ignores-discard' },
    ],
    seenToFail:
      'The default of qemu-nbd taken for unmap: the first failed. Every server called sound: the second. server-ignores-discard found nothing: the last.',
  },
  {
    name: 'guest-dies-in-trim',
    right:
      'Whoever waits is told at once, and the trim is stored with what came back until then, once; a report that still comes completes it.',
    tests: [
      { file: LOST_GUEST, title: 'is told of at once, with what the host measured, and stored' },
      { file: LOST_GUEST, title: 'while it trims has its trim told and stored when it says hello' },
      {
        file: LOST_GUEST,
        title: 'is granted anew also what is just being stored as lost, and its report completes that',
      },
      {
        file: 'test/system/lost-guest.test.ts',
        title: 'a QEMU that is killed in the middle of a trim is told at once',
      },
    ],
    seenToFail:
      'A QEMU that ended not looked for: the first failed. Trims of another boot not concluded at a hello: the second. A report that still comes not stored: the third. The last, on a real guest, was seen to pass and not to fail.',
  },
  {
    name: 'never-trimmed-though-it-was',
    right:
      'The last trim is told whatever came of it, also of a guest whose agent is away, and one in vain leaves nothing to expect.',
    tests: [
      { file: DOCTOR, title: 'also where nothing could be told of it' },
      { file: DOCTOR, title: 'is told of a guest whose agent is away, and which of its disks it was of' },
      { file: DOCTOR, title: 'is told of an image that cannot be read' },
      { file: DOCTOR, title: 'that sent much and got nothing back leaves nothing to expect of the next' },
    ],
    seenToFail:
      'Only conclusive trims taken for the newest: the first and the last failed. The two between failed on commit c394470.',
  },
  {
    name: 'regained-by-others',
    right:
      'A pool that rose by more than the image fell, or fell, tells nothing of the trim, and it is said who moved it.',
    tests: [
      { file: 'test/collector/correlate/pool-noise.test.ts', title: 'rose by far more than the image fell' },
      { file: 'test/collector/correlate/pool-noise.test.ts', title: 'rose, and the image did not fall' },
      { file: POOLS, title: 'a pool says nothing of a trim beside which %s once' },
    ],
    seenToFail: 'Judged by the drift alone, as before: all failed.',
  },
  {
    name: 'same-name-twins',
    right: 'A guest is asked by its id, and what is printed calls it by its id wherever another has its name.',
    tests: [
      { file: DOCTOR, title: 'calls a guest by its id in what is to be typed where another has its name' },
      {
        file: 'test/collector/conduct/repair/repairs.test.ts',
        title: 'a plan names the guest, and not a domain that has the name of another guest',
      },
      {
        file: 'test/collector/cli/repair-command.test.ts',
        title: 'shows the plan, reopens, trims what is on the disk, and says what else is to be changed',
      },
      {
        file: 'test/collector/conduct/survey/find-guest.test.ts',
        title: 'two domains of one name, the second with a suffix, are two guests',
      },
    ],
    seenToFail:
      'Names printed however many have them: the first failed. The name of the domain in the plan: the second. The trim after a repair asked for by name: the third. A name taken for all that begin with it: the fourth.',
  },
];

/** Verdicts that were wrong. */
export const VERDICTS: readonly FieldCase[] = [...ON_HOST, ...VERDICTS_IN_GUEST];
