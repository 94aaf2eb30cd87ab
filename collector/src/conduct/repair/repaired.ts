import type { Domain } from '../../model/domain.ts';

/**
 * Nodes that were reopened with discard=unmap, though the command line of their QEMU says ignore for as long as it
 * runs. In memory only: after a restart of the collector QEMU's own count of passed discards has to tell.
 */
export function createRepaired() {
  /** By guest; another process of it started anew, from its configuration. */
  const known = new Map<string, { readonly pid: number | null; readonly nodes: Set<string> }>();

  return {
    note({ key, pid }: Domain, nodes: readonly string[]): void {
      const before = known.get(key);
      const kept = before?.pid === pid ? before.nodes : [];
      known.set(key, { pid, nodes: new Set([...kept, ...nodes]) });
    },
    /** The domain with these nodes as they are now. */
    apply(domain: Domain): Domain {
      const repaired = known.get(domain.key);
      if (repaired === undefined || repaired.pid !== domain.pid) return domain;
      const disks = domain.disks.map((disk) => ({
        ...disk,
        nodes: disk.nodes.map((node) =>
          node.node !== null && repaired.nodes.has(node.node) ? { ...node, discard: 'unmap' as const } : node,
        ),
      }));
      return { ...domain, disks };
    },
  };
}

export type Repaired = ReturnType<typeof createRepaired>;
