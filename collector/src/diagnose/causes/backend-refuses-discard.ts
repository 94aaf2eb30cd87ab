import { isSome } from '../../model/significant.ts';
import type { HostCause } from '../host-cause.ts';
import { describeSent, passedEvidence } from '../wording.ts';

/**
 * file-posix.c: after the first ENOTSUP `has_discard` is false until the node is opened again, and every discard fails.
 */
export const backendRefusesDiscard: HostCause = {
  id: 'backend-refuses-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'What stores the image refused a discard, and QEMU’s file node has not tried since.',
  why: 'When the host’s filesystem or device answers a discard with ENOTSUP, QEMU turns discards off for the file node until it is reopened (handle_aiocb_discard, block/file-posix.c), and goes on telling the guest that all is well.',
  signal: '`discard-nb-failed` of the file node rose, and `discard-bytes-ok` did not.',
  cure: 'Put the image on storage that can punch holes (ext4, xfs, btrfs, tmpfs, NFS 4.2), then power the guest off and on.',
  find: (evidence) => {
    const { trim, passedEverBytes, failedEver, pool, image } = evidence;
    const hasFailed =
      trim === null
        ? isSome(failedEver) && passedEverBytes === 0
        : isSome(trim.failedDiscards) && !isSome(trim.hops.passedBytes);
    if (!hasFailed) return null;
    const where = pool === null ? 'its storage' : `${pool.kind} at ${image?.pool}`;
    return {
      sentence:
        trim === null
          ? `Nothing would come back: ${where} refused a discard, and QEMU has turned them off for this image.`
          : `The host got nothing back: ${describeSent(trim)}, and ${where} refused it, so that QEMU turned discards off for this image.`,
      evidence: passedEvidence(evidence),
      fix: {
        on: 'host',
        commands: [],
        note: `Move the image to storage that can punch holes (ext4, xfs, btrfs, tmpfs, NFS 4.2)${
          pool === null ? '' : `, as ${pool.kind} here cannot`
        }; then power the guest off and on.`,
        needsPowerCycle: true,
      },
    };
  },
};
