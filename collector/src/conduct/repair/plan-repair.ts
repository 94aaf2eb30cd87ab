import { toCause } from '@trimtab/protocol/shared';
import { findIgnoringNode } from '../../diagnose/causes/ignoring-nodes.ts';
import { isLibvirts } from '../../diagnose/fix-discard-unmap.ts';
import type { Monitor } from '../../model/domain.ts';
import type { RepairNode, RepairPlan, RepairQuery } from '../../model/repair.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { findDisagreement } from '../../qemu/reopen/compare-nodes.ts';
import { readReopenChain } from '../../qemu/reopen/reopen-chain.ts';
import { NODE_QUESTIONS, parseRunningNodes, type RunningNodes } from '../../qemu/reopen/running-nodes.ts';
import type { RepairTarget } from './find-repair.ts';
import { formatFixLine, toPersistentFix } from './persistent-fix.ts';
import { cannotRepair, nothingToRepair, toSubject, wouldTaint } from './repair-faults.ts';

export interface PlanDeps {
  readonly qmp: Pick<Qmp, 'ask'>;
  readonly files: Pick<HostFiles, 'readText'>;
}

const NOTHING_LOST = 'Nothing has to be mended: the image of a read-only disk does not grow.';

const SERVED =
  'Start that process with discards on: qemu-nbd --discard=unmap, or discard=unmap in each --blockdev of the qemu-storage-daemon.';

/** A plan with what it takes to carry it out. */
export interface ReadyRepair {
  readonly target: RepairTarget;
  readonly plan: RepairPlan;
  readonly monitor: Monitor;
  /** QEMU's nodes as they were when the plan was made. */
  readonly before: RunningNodes;
}

/**
 * What would be asked of QEMU to have this disk pass discards on, if all that is known of it agrees. libvirt's QEMU is not even
 * asked before somebody has accepted the taint. Throws `nothing-to-repair`, `cannot-repair`, `would-taint`.
 */
export async function planRepair(
  { qmp, files }: PlanDeps,
  target: RepairTarget,
  { evenIfTainted }: Pick<RepairQuery, 'evenIfTainted'>,
): Promise<ReadyRepair> {
  const { guest, domain, disk, device } = target;
  const subject = toSubject(domain, device ?? disk.id);
  const persistent = toPersistentFix({ domain, disk });
  const refuse = (cause: string) => cannotRepair({ subject, cause, hint: formatFixLine(persistent) });

  if (disk.readOnly)
    throw cannotRepair({ subject, cause: 'the disk is read-only: nobody trims it', hint: NOTHING_LOST });
  const ignoring = findIgnoringNode(disk.nodes);
  if (disk.nodes.length > 0 && ignoring === null) throw nothingToRepair(subject);
  if (ignoring?.role === 'server')
    throw cannotRepair({ subject, cause: 'another process serves the image and ignores discards', hint: SERVED });
  if (disk.dataFile !== undefined)
    throw cannotRepair({
      subject,
      cause: `its data is in ${disk.dataFile}, which is not reopened`,
      hint: formatFixLine(persistent),
    });
  // One monitor for the whole repair, not whichever answers first: the one that the change goes through must be able to answer.
  const [monitor] = domain.monitors;
  if (monitor === undefined)
    throw refuse('its QEMU does not run, or cannot be spoken to: it was started without a QMP socket (-qmp unix:PATH)');
  const argv = await readArgv(domain.pid);
  if (argv === null) throw refuse('the process of its QEMU was not found among those of this host');
  const nodes = readNodes(argv);
  // With a socket of its own as well: libvirt then does not notice, and knows less of its guest than it believes.
  const isManaged = isLibvirts(domain, disk);
  if (isManaged && !evenIfTainted) throw wouldTaint({ subject, persistent: formatFixLine(persistent) });
  const before = await askNodes(monitor);
  const disagreement = findDisagreement(nodes, before);
  if (disagreement !== null) throw refuse(`the disk ${disagreement}`);
  return {
    target,
    plan: { guest, device, image: disk.image, nodes, taints: monitor.kind === 'libvirt', persistent },
    monitor,
    before,
  };

  /** proc_pid_cmdline(5). */
  async function readArgv(pid: number | null): Promise<readonly string[] | null> {
    const text = pid === null ? null : await files.readText(`/proc/${pid}/cmdline`);
    return text === null || text === '' ? null : text.replace(/\0$/, '').split('\0');
  }

  function readNodes(argv: readonly string[]): readonly RepairNode[] {
    const chain = readReopenChain({ argv, disk: disk.id });
    if (chain.kind === 'obstacle') throw refuse(`the disk ${chain.obstacle}`);
    return chain.nodes.map((node) => {
      const known = disk.nodes.find((one) => one.node === node.node);
      // What was reopened since is known better.
      return known === undefined ? node : { ...node, discard: known.discard };
    });
  }

  async function askNodes(monitor: Monitor): Promise<RunningNodes> {
    try {
      return parseRunningNodes(await qmp.ask(monitor, NODE_QUESTIONS));
    } catch (error) {
      throw refuse(`its QEMU does not say how the disk is now: ${toCause(error)}`);
    }
  }
}
