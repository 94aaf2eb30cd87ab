import { Fault, toCause } from '@trimtab/protocol/shared';
import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { RepairDone, RepairPlan, RepairQuery } from '../../model/repair.ts';
import type { Log } from '../../ports/log.ts';
import type { Qmp, QmpChanged } from '../../ports/qmp.ts';
import { findChanged } from '../../qemu/reopen/compare-nodes.ts';
import { NODE_QUESTIONS, parseRunningNodes, pickNodes } from '../../qemu/reopen/running-nodes.ts';
import type { ReopeningDeps } from '../measure/plan-reopening.ts';
import { type FindRepairDeps, findRepair } from './find-repair.ts';
import { planRepair, type ReadyRepair } from './plan-repair.ts';
import { repairStopped, toSubject } from './repair-faults.ts';
import type { Repaired } from './repaired.ts';

export interface RepairsDeps extends FindRepairDeps, ReopeningDeps {
  readonly qmp: Qmp;
  readonly log: Log;
  readonly repaired: Pick<Repaired, 'note'>;
}

/**
 * The only change that the collector makes to a running guest: a disk that drops discards is told to pass them on, by
 * reopening its nodes. It is checked before, done in one step, and checked again; at the first thing that is not as
 * expected it stops.
 */
export function createRepairs(deps: RepairsDeps) {
  const { log } = deps;
  /** By guest. */
  const oneAtATime = createOneAtATime<string>();

  async function prepare(query: RepairQuery): Promise<ReadyRepair> {
    return planRepair(deps, await findRepair(deps, query), query);
  }

  return {
    async plan(query: RepairQuery): Promise<RepairPlan> {
      return (await prepare(query)).plan;
    },
    async repair(query: RepairQuery): Promise<RepairDone> {
      const { key } = (await findRepair(deps, query)).domain;
      // Planned when it is its turn: the one before may have been for the same disk.
      const done = await oneAtATime(key, async () => carryOut(deps, await prepare(query)));
      log.info({ guest: done.plan.guest, image: done.plan.image, nodes: done.reopened }, 'disk repaired');
      return done;
    },
  };
}

export type Repairs = ReturnType<typeof createRepairs>;

async function carryOut({ qmp, repaired, log }: RepairsDeps, ready: ReadyRepair): Promise<RepairDone> {
  const { target, plan, monitor, before } = ready;
  const names = plan.nodes.map(({ node }) => node);
  const listed = names.join(', ');
  const stop = ({ cause, state }: Record<'cause' | 'state', string>) => {
    const fault = repairStopped({ subject: toSubject(target.domain, plan.device ?? target.disk.id), cause, state });
    log.error({ guest: plan.guest, image: plan.image, reason: fault.detail.cause }, 'a repair was stopped');
    return fault;
  };

  const { refusal } = await change();
  if (refusal !== null)
    throw stop({ cause: `QEMU refuses: ${refusal}`, state: `none of its nodes was reopened (${listed})` });
  repaired.note(target.domain, names);
  const changed = findChanged({ before: pickNodes(before, plan.nodes), after: await readAgain() });
  if (changed.length > 0)
    throw stop({
      cause: `nodes that should have stayed as they were have changed: ${changed.join(', ')}`,
      state: `these nodes were reopened: ${listed}`,
    });
  return { plan, reopened: names };

  async function change(): Promise<QmpChanged> {
    try {
      const options = plan.nodes.map((node) => node.options);
      // From the file up, and all or none: a format that discards above a file that does not would lose the space for
      // good.
      return await qmp.change(monitor, { execute: 'blockdev-reopen', arguments: { options } });
    } catch (error) {
      // Somebody else holds the monitor: then nothing was asked.
      const isUnasked = error instanceof Fault && error.detail.code === 'qmp-busy';
      const state = isUnasked
        ? `none of its nodes was reopened (${listed})`
        : `whether its nodes were reopened is not known: ${listed}`;
      throw stop({ cause: `QEMU does not answer (${toCause(error)})`, state });
    }
  }

  async function readAgain() {
    try {
      return pickNodes(parseRunningNodes(await qmp.ask(monitor, NODE_QUESTIONS)), plan.nodes);
    } catch (error) {
      throw stop({
        cause: `its nodes could not be read again (${toCause(error)})`,
        state: `these nodes were reopened: ${listed}`,
      });
    }
  }
}
