import { findIgnoringNode, isDroppedByServer } from '../../diagnose/causes/ignoring-nodes.ts';
import { isLibvirts } from '../../diagnose/owner.ts';
import type { Monitor } from '../../model/domain.ts';
import type { RepairPlan, RepairQuery } from '../../model/repair.ts';
import type { RunningNodes } from '../../qemu/reopen/running-nodes.ts';
import { planReopening, type ReopeningDeps } from '../measure/plan-reopening.ts';
import type { RepairTarget } from './find-repair.ts';
import { formatFixLine, toFixInstead, toPersistentFix } from './persistent-fix.ts';
import { cannotRepair, nothingToRepair, toSubject, wouldTaint } from './repair-faults.ts';

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
 * A live repair of this disk, with what it takes to carry it out. libvirt's QEMU is not even asked before somebody has
 * accepted the taint. Throws `nothing-to-repair`, `cannot-repair`, `would-taint`.
 */
export async function planRepair(
  deps: ReopeningDeps,
  target: RepairTarget,
  { evenIfTainted }: Pick<RepairQuery, 'evenIfTainted'>,
): Promise<ReadyRepair> {
  const { guest, domain, disk, device, isOff } = target;
  const subject = toSubject(domain, device ?? disk.id);
  const persistent = toPersistentFix({ domain, disk });

  if (disk.readOnly)
    throw cannotRepair({ subject, cause: 'the disk is read-only: nobody trims it', hint: NOTHING_LOST });
  if (disk.nodes.length > 0 && findIgnoringNode(disk.nodes) === null) throw nothingToRepair(subject);
  const reopening = await planReopening(deps, { domain, disk, mayTaint: evenIfTainted });
  if (reopening.kind === 'impossible')
    throw cannotRepair({
      subject,
      cause: `the disk ${reopening.why}`,
      hint: isDroppedByServer(disk.nodes)
        ? SERVED
        : formatFixLine(toFixInstead({ domain, disk, device, isOff, outlook: reopening })),
    });
  // With a socket of its own as well: libvirt then does not notice, and knows less of its guest than it believes.
  if (reopening.kind === 'unasked' || (isLibvirts(domain, disk) && !evenIfTainted))
    throw wouldTaint({ subject, persistent: formatFixLine(persistent) });
  const { nodes, monitor, before } = reopening;
  return {
    target,
    plan: {
      guest,
      guestId: target.guestId,
      device,
      image: disk.image,
      nodes,
      taints: monitor.kind === 'libvirt',
      persistent,
    },
    monitor,
    before,
  };
}
