import type { Fix } from '@trimtab/protocol/causes';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { fixDiscardUnmap } from '../fix-discard-unmap.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf } from '../owner.ts';
import { describeSent, passedEvidence } from '../wording.ts';

/** The configuration does not say which node; the counts say that one did. */
export const droppedInQemu: HostCause = {
  id: 'dropped-in-qemu',
  hop: 'passed',
  effect: 'lost',
  title: 'None of the discards reached the image file, and the hypervisor does not say which node dropped them.',
  why: 'After a live snapshot, or for a disk that was plugged in, neither the command line nor QMP tells what the nodes do with discards. A raw file is asked to discard whatever the guest discards, so a count of nothing is proof.',
  signal: '`discard-bytes-ok` of a raw file node stayed the same while the guest discarded.',
  cure: 'Check every node of the disk: all need discard=unmap. A disk that was plugged in is taken out and put in again.',
  find: (evidence) => {
    const { trim, disk, image } = evidence;
    if (trim === null || image?.format !== 'raw' || (disk !== null && disk.nodes.length > 0)) return null;
    if (!isSome(trim.sentBytes) || trim.hops.passedBytes !== 0) return null;
    return {
      sentence: `The host got nothing back: ${describeSent(trim)}, and none of it reached the image file.`,
      evidence: passedEvidence(evidence),
      fix: fixOf(evidence),
    };
  },
};

/** Its owner knows how to tell all nodes; of a disk that was plugged in, whoever did. */
function fixOf(evidence: DiskEvidence): Fix {
  const { guest, device, domain, disk, isOff, repair } = evidence;
  const isPlugged = repair?.kind === 'impossible' && repair.isPlugged;
  if (disk !== null && (isPlugged || ownerOf(evidence).kind !== 'nobody'))
    return fixDiscardUnmap({ guest, device, domain, disk, isOff, outlook: repair });
  return {
    on: 'host',
    commands: [],
    note: 'Every node of the disk needs discard=unmap: the device’s -blockdev and all that it refers to. Then power the guest off and on.',
    needsPowerCycle: true,
  };
}
