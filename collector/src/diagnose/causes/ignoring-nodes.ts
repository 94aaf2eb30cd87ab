import type { Found } from '@trimtab/protocol/causes';
import type { DiscardNode } from '../../model/domain.ts';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { fixDiscardUnmap } from '../fix-discard-unmap.ts';
import type { HostCause } from '../host-cause.ts';
import { describeSent, passedEvidence } from '../wording.ts';

const WHY =
  'A node opened without BDRV_O_UNMAP answers a discard with success and does nothing (bdrv_co_pdiscard, block/io.c), so neither the guest nor `unmap_bytes` can tell.';
const CURE =
  'discard=unmap on every node of the disk: `virt-xml … --disk driver.discard=unmap`, `qm set … discard=on`, `"discard":"unmap"` in each -blockdev, or `trimtab repair` on the QEMU that runs, which is printed only where it would be carried out. A disk that was plugged in is taken out and put in again.';

/** QEMU's and libvirt's default. */
export const hostIgnoresDiscard: HostCause = {
  id: 'host-ignores-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'The disk has discard=ignore on the host, so QEMU drops every discard and reports success.',
  why: `${WHY} It is the default of QEMU and of libvirt.`,
  signal:
    '`discard=` of the format node on the command line of the running QEMU or in the live XML, not contradicted by QEMU’s own count of what reached the file.',
  cure: CURE,
  find: (evidence) => findIgnoring(evidence, 'format', 'the disk has discard=ignore on the host'),
};

export const fileNodeIgnoresDiscard: HostCause = {
  id: 'file-node-ignores-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'The format node passes discards on and the file node below it ignores them.',
  why: `${WHY} Every node checks for itself. In a qcow2 image clusters given up this way belong to nobody any more: no later trim reaches them, only reuse or \`qemu-img convert\`.`,
  signal: '`discard=` of the file node is `ignore`, that of the nodes above it `unmap`.',
  cure: CURE,
  find: (evidence) =>
    findIgnoring(evidence, 'file', 'the file node ignores discards, though the format node passes them'),
};

export const filterNodeIgnoresDiscard: HostCause = {
  id: 'filter-node-ignores-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'A filter node (throttle, copy-on-read, …) between the device and the image ignores discards.',
  why: `${WHY} A filter is a node like any other.`,
  signal: '`discard=` of a filter node is `ignore`, and it is the first from the guest’s side that is.',
  cure: CURE,
  find: (evidence) => findIgnoring(evidence, 'filter', 'a filter node above the image ignores discards'),
};

/** Every node must pass discards on; the first that does not, from the guest's side, loses them. */
export function findIgnoringNode(nodes: readonly DiscardNode[]): DiscardNode | null {
  return nodes.find(({ discard }) => discard === 'ignore') ?? null;
}

/** The guest's QEMU passes discards on, and the process of this host that serves its image does not. */
export function isDroppedByServer(nodes: readonly DiscardNode[]): boolean {
  return findIgnoringNode(nodes)?.role === 'server';
}

function findIgnoring(evidence: DiskEvidence, role: DiscardNode['role'], because: string): Found | null {
  const { guest, device, domain, disk, isOff, image, passedEverBytes, past, trim } = evidence;
  if (disk === null || findIgnoringNode(disk.nodes)?.role !== role) return null;
  // The configuration says how QEMU was started, its count what it does now. That count proves it only on a raw image:
  // qcow2 also frees clusters of its own accord (pass-discard-snapshot).
  const isRaw = image?.format === 'raw' || disk.format === 'raw';
  if (isSome(trim?.hops.passedBytes) || past.passedBefore || (isRaw && isSome(passedEverBytes))) return null;
  if (trim !== null && trim.sentBytes === 0) return null;
  return {
    sentence:
      trim === null
        ? `Nothing would come back: QEMU drops every discard, because ${because}.`
        : `The host got nothing back: ${describeSent(trim)}, and QEMU dropped all of it, because ${because}.`,
    evidence: [
      ...disk.nodes.map((node) => ({ fact: `discard of ${describeNode(node)}`, value: node.discard })),
      ...passedEvidence(evidence),
    ],
    fix: fixDiscardUnmap({ guest, device, domain, disk, isOff, outlook: evidence.repair }),
  };
}

function describeNode({ node, role }: DiscardNode): string {
  return node === null ? `the ${role} node` : `node ${node}`;
}
