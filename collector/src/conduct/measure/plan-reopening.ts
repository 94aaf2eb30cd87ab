import { toCause } from '@trimtab/protocol/shared';
import { isDroppedByServer } from '../../diagnose/causes/ignoring-nodes.ts';
import type { Domain, HostDisk, Monitor } from '../../model/domain.ts';
import type { RepairNode, RepairOutlook } from '../../model/repair.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { findDisagreement } from '../../qemu/reopen/compare-nodes.ts';
import { type ReopenChain, readReopenChain } from '../../qemu/reopen/reopen-chain.ts';
import { NODE_QUESTIONS, parseRunningNodes, type RunningNodes } from '../../qemu/reopen/running-nodes.ts';

export interface ReopeningDeps {
  readonly qmp: Pick<Qmp, 'ask'>;
  readonly files: Pick<HostFiles, 'readText'>;
}

/** How the nodes of a disk would be reopened; or why they would not, as `RepairOutlook`. */
export type Reopening =
  | {
      readonly kind: 'possible';
      readonly nodes: readonly RepairNode[];
      readonly monitor: Monitor;
      /** QEMU's nodes as they were when it was asked. */
      readonly before: RunningNodes;
    }
  | Exclude<RepairOutlook, { kind: 'possible' }>;

const NOT_RUNNING = 'is of a guest of which no QEMU runs on this host';

const NO_MONITOR = 'has a QEMU that cannot be spoken to: it was started without a QMP socket (-qmp unix:PATH)';

const NO_PROCESS = 'cannot be looked up: the process of its QEMU was not found among those of this host';

/**
 * What would be asked of QEMU to have a disk pass discards on, if all that is known of it agrees: the one answer for
 * whoever offers a live repair and whoever carries it out. What the command line forbids is told without asking QEMU,
 * and libvirt is asked only where the domain `mayTaint`.
 */
export async function planReopening(
  { qmp, files }: ReopeningDeps,
  { domain, disk, mayTaint }: { domain: Domain; disk: HostDisk; mayTaint: boolean },
): Promise<Reopening> {
  if (domain.isRunning === false) return impossible(NOT_RUNNING);
  if (isDroppedByServer(disk.nodes))
    return impossible('is served by another process of this host, which ignores discards');
  if (disk.dataFile !== undefined) return impossible(`has its data in ${disk.dataFile}, which is not reopened`);
  // One monitor for the whole repair, not whichever answers first: the one that the change goes through must be able to
  // answer.
  const [monitor] = domain.monitors;
  // A QEMU that libvirt runs is asked through it: without that monitor, it was left out so that nobody asks.
  const isLeftOut = monitor === undefined && domain.source === 'libvirt' && !mayTaint;
  if (monitor === undefined && !isLeftOut) return impossible(NO_MONITOR);
  const argv = await readArgv(files, domain.pid);
  if (argv === null) return impossible(NO_PROCESS);
  const chain = readReopenChain({ argv, disk: disk.id });
  if (chain.kind === 'obstacle') return impossible(chain.obstacle, chain.isPlugged);
  if (monitor === undefined || (monitor.kind === 'libvirt' && !mayTaint)) return { kind: 'unasked' };
  const nodes = withKnown(chain.nodes, disk);
  let before: RunningNodes;
  try {
    before = parseRunningNodes(await qmp.ask(monitor, NODE_QUESTIONS));
  } catch (error) {
    return impossible(`has a QEMU that does not say how it is now: ${toCause(error)}`);
  }
  const disagreement = findDisagreement(nodes, before);
  return disagreement === null ? { kind: 'possible', nodes, monitor, before } : impossible(disagreement);
}

function impossible(why: string, isPlugged = false) {
  return { kind: 'impossible', why, isPlugged } as const;
}

/** proc_pid_cmdline(5). */
async function readArgv(files: Pick<HostFiles, 'readText'>, pid: number | null): Promise<readonly string[] | null> {
  const text = pid === null ? null : await files.readText(`/proc/${pid}/cmdline`);
  return text === null || text === '' ? null : text.replace(/\0$/, '').split('\0');
}

function withKnown(nodes: Extract<ReopenChain, { kind: 'nodes' }>['nodes'], disk: HostDisk): readonly RepairNode[] {
  return nodes.map((node) => {
    const known = disk.nodes.find((one) => one.node === node.node);
    // What was reopened since is known better.
    return known === undefined ? node : { ...node, discard: known.discard };
  });
}
