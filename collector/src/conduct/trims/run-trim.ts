import type { RequestId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { Slots } from '../../coordinate/slots.ts';
import type { HostProcesses } from '../../ports/host-processes.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { borrowSlot, giveSlotBack } from './borrow-slot.ts';
import { type TakeLostDeps, takeLost } from './conclude/take-lost.ts';
import { type TakeReportDeps, takeReport } from './conclude/take-report.ts';
import { disksBelow } from './disks-below.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { LiveTrim, LiveTrims } from './live-trims.ts';
import { type MeasureDeps, measureBefore } from './measure-before.ts';
import { createNeighbours } from './neighbours.ts';
import { toOpenTrim } from './to-open-trim.ts';
import type { TrimEffect, TrimInput } from './trim-model.ts';
import { advanceTrim } from './trim-state.ts';
import { keepsSlot, type WatchSlotDeps } from './watch-slot.ts';

export interface RunTrimDeps extends TakeReportDeps, TakeLostDeps, MeasureDeps {
  readonly store: TakeReportDeps['store'];
  readonly sampler: TakeReportDeps['sampler'] & MeasureDeps['sampler'] & WatchSlotDeps['sampler'];
  readonly slots: Slots;
  readonly processes: HostProcesses;
  readonly trimmer: Trimmer;
  readonly jobs: Jobs;
  readonly live: LiveTrims;
  newRequestId(): RequestId;
}

/**
 * Performs what the machine of a trim decides. Resolves when that is done, and what came of it; rejects when the store
 * or the host failed.
 */
export type RunTrim = (trim: LiveTrim, input: TrimInput) => Promise<void>;

export function createRunTrim(deps: RunTrimDeps): RunTrim {
  const { clock, store, jobs, live, trimmer } = deps;
  const neighbours = createNeighbours(deps);

  async function run(trim: LiveTrim, input: TrimInput): Promise<void> {
    const { state, effects } = advanceTrim(trim.state, input);
    neighbours.note({ guestId: trim.guestId, input, from: trim.state, to: state });
    trim.state = state;
    live.note(trim);
    const turn = takeTurn(trim);
    const outcomes: Promise<void>[] = [];
    try {
      // Where there is nothing to wait for, nothing else may come in between.
      if (turn.before !== null) await turn.before;
      for (const effect of effects) {
        const done = perform(trim, effect);
        if (done === undefined) continue;
        if (COMES_BACK.has(effect.kind)) outcomes.push(done);
        else await done;
      }
    } finally {
      turn.end();
    }
    await Promise.all(outcomes);
  }

  function perform(trim: LiveTrim, effect: TrimEffect): Promise<void> | undefined {
    const { trimId, guestId } = trim;
    // While this waited for its turn, its trim has ended: nothing is asked of the guest for it any more.
    if (trim.state.kind === 'over' && BEGINS_IN_GUEST.has(effect.kind)) return;
    switch (effect.kind) {
      case 'find-paths':
        return deps
          .findPaths({ guest: effect.guest, disks: disksBelow(effect.guest, effect.mounts), asOf: 'now' })
          .then((paths) => run(trim, { kind: 'paths-found', paths }));
      case 'take-slot':
        return borrowSlot({ slots: deps.slots, clock, trim, pools: effect.pools }).then((waitedMs) =>
          waitedMs === null ? undefined : run(trim, { kind: 'slot-taken', waitedMs }),
        );
      case 'give-slot-back':
        return void giveSlotBack(trim);
      case 'check-slot':
        return checkSlot({ deps, run, trim, effect });
      case 'measure':
        return measureBefore(deps, effect).then((measured) => run(trim, { kind: 'measured', ...measured }));
      case 'record':
        return record({ deps, run, trim, effect });
      case 'grant':
        trimmer.grant({ guestId, trimId, paths: effect.paths });
        deps.log.info({ guest: effect.guest.name, trimId, ...effect.wish, images: effect.images }, 'trim granted');
        return;
      case 'cancel':
        return void trimmer.cancel(trim);
      case 'conclude':
        return conclude({ deps, run, trim, effect });
      case 'conclude-lost':
        return concludeLost({ deps, run, trim, effect });
      case 'withdraw':
        // The guest may have said again that it will: what is stored is then for that.
        if (live.find(trim) !== null || live.isJudged(trim)) return;
        return store.withdrawTrim({ id: trimId, guestId });
      case 'acknowledge':
        return void trimmer.acknowledge(trim);
      case 'trim-again':
        return trimAgain({ deps, run, trim, effect });
      case 'pass-on': {
        const cured = live.find({ guestId, trimId: effect.to });
        return cured === null ? undefined : run(cured, { kind: 'cure-ended', result: effect.result });
      }
      case 'arm':
        return arm({ deps, run, trim, effect });
      case 'disarm':
        return disarm(trim, effect.timer);
      case 'tell':
        return jobs.tell({ trimId, guestId, event: effect.event });
    }
  }

  return run;
}

/**
 * What takes long, ends its step, and comes back as an input of its own: what happens meanwhile does not wait for it.
 */
const COMES_BACK: ReadonlySet<TrimEffect['kind']> = new Set([
  'find-paths',
  'take-slot',
  'check-slot',
  'measure',
  'record',
  'conclude',
  'conclude-lost',
  'trim-again',
] as const);

const BEGINS_IN_GUEST: ReadonlySet<TrimEffect['kind']> = new Set(['grant', 'trim-again'] as const);

/** The steps of a trim are carried out in the order in which they were decided, each after the one before. */
function takeTurn(trim: LiveTrim): { readonly before: Promise<void> | null; end(): void } {
  const before = trim.doing;
  let settle = () => {};
  const own = new Promise<void>((resolve) => {
    settle = resolve;
  });
  trim.doing = own;
  return {
    before,
    end() {
      if (trim.doing === own) trim.doing = null;
      settle();
    },
  };
}

interface Performing<Kind extends TrimEffect['kind']> {
  readonly deps: RunTrimDeps;
  readonly run: RunTrim;
  readonly trim: LiveTrim;
  readonly effect: Extract<TrimEffect, { kind: Kind }>;
}

async function conclude({ deps, run, trim, effect }: Performing<'conclude'>): Promise<void> {
  const { guest } = effect;
  const taken = await takeReport(deps, {
    ...effect,
    sharedPools: () => trim.slot?.held?.hold.sharedPools() ?? null,
    watchOn: () => trim.slot?.held?.hold.watchOn() ?? null,
  }).catch(async (error) => {
    await run(trim, { kind: 'not-concluded' });
    throw error;
  });
  const isHere = deps.links.find(guest.id) !== null;
  const isCurable = taken.isNew && isHere && deps.trimmer.canCure(guest);
  const cureId = isCurable ? (effect.report.requestId ?? deps.newRequestId()) : null;
  await run(trim, { kind: 'concluded', result: taken.result, cureId });
}

async function checkSlot({ deps, run, trim, effect }: Performing<'check-slot'>): Promise<void> {
  const held = trim.slot?.held ?? null;
  if (held === null) return;
  const keeps = await keepsSlot(deps, { ...held, paths: effect.paths });
  // Another slot, or none, since it was looked at.
  if (trim.slot?.held !== held) return;
  const { trimId, guestId, state } = trim;
  if (!keeps && 'hasSlot' in state && state.hasSlot && state.kind !== 'settling')
    deps.log.warn({ trimId, guestId }, LOST_ITS_SLOT);
  await run(trim, { kind: 'slot-checked', keeps });
}

const LOST_ITS_SLOT =
  'a trim has lost its slot: it was not seen to discard, and others wait for the pool; it goes on without';

async function record({ deps, run, trim, effect }: Performing<'record'>): Promise<void> {
  const open = await toOpenTrim(deps, { trimId: trim.trimId, ...effect });
  await Promise.all([deps.store.openTrim(open), deps.jobs.written()]);
  await run(trim, { kind: 'recorded' });
}

async function concludeLost({ deps, run, trim, effect }: Performing<'conclude-lost'>): Promise<void> {
  const result = await takeLost(deps, effect).catch(async (error) => {
    await run(trim, { kind: 'not-concluded' });
    throw error;
  });
  await run(trim, { kind: 'concluded', result, cureId: null });
}

async function trimAgain({ deps, run, trim, effect }: Performing<'trim-again'>): Promise<void> {
  const { guestId, trimId } = trim;
  const { guest, requestId, mounts } = effect;
  deps.log.info({ guest: guest.name, trimId, mounts }, 'ext4 holds back what it trimmed in vain: trimming again');
  const isAsked = deps.trimmer.ask({ guestId, requestId, mounts, cures: trimId, mayTaint: false });
  if (!isAsked) await run(trim, { kind: 'cure-ended', result: null });
}

function arm({ deps, run, trim, effect }: Performing<'arm'>): undefined {
  disarm(trim, effect.timer);
  const takeBack = deps.clock.after(effect.delayMs, () => {
    trim.timers.delete(effect.timer);
    run(trim, { kind: 'elapsed', timer: effect.timer }).catch((error) =>
      deps.log.error({ trimId: trim.trimId, reason: toReason(error) }, 'a trim could not go on'),
    );
  });
  trim.timers.set(effect.timer, takeBack);
}

function disarm({ timers }: LiveTrim, timer: Performing<'disarm'>['effect']['timer']): undefined {
  timers.get(timer)?.();
  timers.delete(timer);
}
