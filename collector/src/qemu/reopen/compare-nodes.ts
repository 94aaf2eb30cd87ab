import type { RepairNode } from '../../model/repair.ts';
import { isOptions } from './node-options.ts';
import type { RunningNode, RunningNodes } from './running-nodes.ts';

/**
 * Why what QEMU has now is not what its command line says, as the end of a sentence that begins with the disk; null
 * when the two agree. A reopening would undo whatever they disagree on.
 */
export function findDisagreement(expected: readonly RepairNode[], running: RunningNodes): string | null {
  if (!running.canReopen) return `is one of QEMU ${running.version}, which has no blockdev-reopen (it came with 6.1)`;
  const [job] = running.jobs;
  if (job !== undefined) return `cannot be repaired while a block job (${job}) runs on its guest`;
  const names = expected.map(({ node }) => node).reverse();
  if (!running.chains.some((chain) => chain.join('\0') === names.join('\0'))) {
    const found = running.chains.find((chain) => chain.some((name) => names.includes(name)));
    const now = found === undefined ? 'no device is on it' : `it is ${found.join(' on ')}`;
    return `has another block graph than at its start, moved by a snapshot, a block job or by hand: ${now}, not ${names.join(' on ')}`;
  }
  for (const node of expected) {
    const now = running.nodes.get(node.node);
    const difference = now === undefined ? 'is not there' : findDifference(node, now);
    if (difference !== null) return `cannot be repaired: node ${node.node} ${difference}`;
  }
  return null;
}

function findDifference({ driver, options }: RepairNode, now: RunningNode): string | null {
  if (now.drv !== driver) return `has the driver ${now.drv}, and was started with ${driver}`;
  if (now.ro) return 'is read-only';
  if (options.filename !== undefined && now.file !== options.filename)
    return `is stored in ${now.file}, and was started with ${options.filename}`;
  const zeroes = options['detect-zeroes'] ?? 'off';
  if (now.detect_zeroes !== zeroes) return `has detect-zeroes=${now.detect_zeroes}, and was started with ${zeroes}`;
  const cache = isOptions(options.cache) ? options.cache : {};
  for (const name of ['direct', 'no-flush'] as const) {
    const given = cache[name] ?? false;
    if (now.cache[name] !== given) return `has cache.${name}=${now.cache[name]}, and was started with ${given}`;
  }
  // QEMU demands the name of the backing node again; one that the image's header named has no name of its own.
  if (now.backing_file !== undefined && !('backing' in options))
    return `has a backing file that its -blockdev does not name (${now.backing_file})`;
  return null;
}

/** Names of the nodes that are not as they were; an empty list when all are. */
export function findChanged({
  before,
  after,
}: {
  before: readonly (RunningNode | null)[];
  after: readonly (RunningNode | null)[];
}): readonly string[] {
  return before.flatMap((node, index) =>
    JSON.stringify(node) === JSON.stringify(after[index]) ? [] : [node?.['node-name'] ?? 'a node that is gone'],
  );
}
