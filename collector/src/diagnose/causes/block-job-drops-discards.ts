import type { HostCause } from '../host-cause.ts';
import { describeSent, passedEvidence } from '../wording.ts';

export const blockJobDropsDiscards: HostCause = {
  id: 'block-job-drops-discards',
  hop: 'passed',
  effect: 'lost',
  title: 'A block job of QEMU (a backup, a mirror) works on this disk, and drops its discards while it runs.',
  why: 'A backup and a mirror put a node of their own between the device and the image (copy-before-write, mirror_top). It is opened without BDRV_O_UNMAP, so that every discard ends there, with success (measured, QEMU 7.2; bdrv_co_pdiscard, block/io.c). Other disks of the guest are not concerned.',
  signal:
    '`query-block-jobs` lists a job whose node stands on the image of this disk (`query-block`, `query-named-block-nodes`), before the trim and after it, and `discard-bytes-ok` of the file node stayed the same.',
  cure: 'Trim again when the job has ended. Where ext4 then believes that it has trimmed already, the trim has it trim again; a btrfs is named with what makes it forget.',
  find: (evidence) => {
    const { trim, droppedBy, guest } = evidence;
    const job = trim === null ? droppedBy : trim.droppedBy;
    if (job === null || (trim !== null && (trim.hops.passedBytes !== 0 || trim.sentBytes === 0))) return null;
    return {
      sentence:
        trim === null
          ? `Nothing would come back now: a ${job} job works on this disk, and drops discards while it runs.`
          : `The host got nothing back: ${describeSent(trim)}, and a ${job} job that works on this disk dropped all of it.`,
      evidence: [{ fact: 'block job on this disk', value: job }, ...passedEvidence(evidence)],
      fix: {
        on: 'host',
        commands: [],
        note: `Wait until the ${job} job has ended, and trim ${guest} again. If that meets every night, let the trim come after it.`,
        needsPowerCycle: false,
      },
    };
  },
};
