import type { Fix } from '@trimtab/protocol/causes';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { powerOff } from '../owner.ts';
import { describeSent, passedEvidence } from '../wording.ts';
import { isDroppedByServer } from './ignoring-nodes.ts';

export const serverIgnoresDiscard: HostCause = {
  id: 'server-ignores-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'Another process of this host serves the image to QEMU, and ignores discards.',
  why: 'qemu-nbd ignores discards without --discard=unmap (qemu-nbd(8)), and each node of a qemu-storage-daemon without `discard=unmap`: they answer with success, as QEMU does. The settings of QEMU’s own nodes change nothing about it.',
  signal:
    'The disk is on a Unix socket (NBD, vhost-user-blk), a process of this host listens on it (/proc/net/unix, /proc/PID/fd), and its command line says `ignore`, or nothing.',
  cure: 'qemu-nbd --discard=unmap; `discard=unmap` in each --blockdev of the qemu-storage-daemon.',
  find: (evidence) => {
    const { disk, past, trim } = evidence;
    if (disk?.server === undefined || !isDroppedByServer(disk.nodes)) return null;
    if (past.passedBefore || isSome(trim?.hops.passedBytes) || trim?.sentBytes === 0) return null;
    const { program, pid } = disk.server;
    const who = `${program} (process ${pid})`;
    return {
      sentence:
        trim === null
          ? `Nothing would come back: ${who} serves the image, and ignores discards.`
          : `The host got nothing back: ${describeSent(trim)}, and ${who}, which serves the image, ignored all of it.`,
      evidence: [
        { fact: 'served by', value: who },
        ...disk.nodes.map(({ node, role, discard }) => ({
          fact: `discard of ${node ?? `the ${role} node`}`,
          value: discard,
        })),
        ...passedEvidence(evidence),
      ],
      fix: fixOf(evidence, disk.server.program),
    };
  },
};

function fixOf(evidence: DiskEvidence, program: 'qemu-nbd' | 'qemu-storage-daemon'): Fix {
  const { disk } = evidence;
  const named = (disk?.nodes ?? []).flatMap(({ node, role, discard }) =>
    role === 'server' && discard === 'ignore' && node !== null ? [node] : [],
  );
  const change =
    program === 'qemu-nbd'
      ? 'start qemu-nbd with --discard=unmap'
      : `start qemu-storage-daemon with discard=unmap in each --blockdev of the image${named.length === 0 ? '' : ` (node-name ${named.join(', ')})`}`;
  return {
    on: 'host',
    commands: [],
    note: `${powerOff(evidence)} Then ${change}, and the guest after it.`,
    needsPowerCycle: true,
  };
}
