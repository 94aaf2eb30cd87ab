import { formatBytes } from '@trimtab/protocol/shared';
import type { DiscardNode } from '../../model/domain.ts';
import type { TrimEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/**
 * QEMU's and libvirt's default. A node opened without BDRV_O_UNMAP answers a discard with success and does nothing
 * (bdrv_co_pdiscard, block/io.c), so neither the guest nor `unmap_bytes` can tell.
 */
export function hostIgnoresDiscard(evidence: TrimEvidence): Judgement {
  const { hops, nodes } = evidence;
  return {
    verdict: 'lost',
    lostAt: 'passed',
    cause: 'host-ignores-discard',
    sentence: `The host got nothing back: ${describeIssued(hops.issuedBytes)}, and QEMU dropped all of it, because the disk has discard=ignore on the host.`,
    evidence: [
      ...nodes.map((node) => ({ fact: `discard of ${describeNode(node)}`, value: node.discard })),
      ...(hops.passedBytes === null
        ? []
        : [{ fact: 'discard-bytes-ok of the file node, change', value: String(hops.passedBytes) }]),
      ...(hops.reclaimedBytes === null
        ? []
        : [{ fact: 'fall of the image’s allocation, bytes', value: String(hops.reclaimedBytes) }]),
    ],
    fix: formatFix(evidence),
  };
}

/** Every node must pass discards on; the first that does not, from the guest's side, loses them. */
export function findIgnoringNode(nodes: readonly DiscardNode[]): DiscardNode | null {
  return nodes.find(({ discard }) => discard === 'ignore') ?? null;
}

/** libvirt names its nodes `libvirt-2-format`; what it manages must be changed in its XML, or the change is lost. */
function formatFix({ guest, image, nodes }: TrimEvidence): string {
  return [
    nodes.some(({ node }) => node?.startsWith('libvirt-') === true)
      ? `virt-xml ${quote(guest)} --edit ${quote(`path=${image}`)} --disk driver.discard=unmap`
      : formatQemuFix(nodes),
    'Then power the guest off and on (a reboot from inside keeps the QEMU that',
    'runs now), and trim again.',
  ].join('\n');
}

function formatQemuFix(nodes: readonly DiscardNode[]): string {
  const named = nodes.flatMap(({ node, discard }) => (node === null || discard === 'unmap' ? [] : [node]));
  if (named.length === 0) return "On QEMU's command line add to the -drive of this image: discard=unmap";
  return [
    'On QEMU\'s command line add to each of these -blockdev: "discard":"unmap"',
    ...named.map((node) => `  node-name ${node}`),
  ].join('\n');
}

/** For a shell, as the line is there to be copied: names of guests are their tenants' choice. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function describeIssued(issuedBytes: number | null): string {
  return issuedBytes === null ? 'the guest discarded' : `the guest discarded ${formatBytes(issuedBytes)}`;
}

function describeNode({ node, role }: DiscardNode): string {
  return node === null ? `the ${role} node` : `node ${node}`;
}
