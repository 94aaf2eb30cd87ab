import type { DiskPath } from '../../model/disk-path.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import { mergeCure, mountsToCure } from './cure.ts';
import {
  ANSWER_TIMEOUT_MS,
  type Curing,
  LONGEST_HOLD_MS,
  type Measuring,
  type Recording,
  type Settling,
  SILENCE_MS,
  type TrimEffect,
  type TrimInput,
  type TrimState,
  type TrimStep,
  type UnderWay,
  type Unseen,
  type WaitingForSlot,
} from './trim-model.ts';

/** Before its report is here. */
type Open = Unseen | WaitingForSlot | Measuring | Recording | UnderWay;

/** Pure: what a trim becomes by what happens, and what is to be done about it. What comes too late changes nothing. */
export function advanceTrim(state: TrimState, input: TrimInput): TrimStep {
  switch (state.kind) {
    case 'settling':
      return settle(state, input);
    case 'curing':
      return cure(state, input);
    case 'over':
      return same(state);
    default:
      return hear(state, input) ?? goOn(state, input);
  }
}

/** What the guest and people may say at any time before the report; null for all else. */
function hear(state: Open, input: TrimInput): TrimStep | null {
  const { trimId } = state;
  switch (input.kind) {
    case 'started':
      return begin(state, [tell({ event: 'started', trimId })]);
    case 'progressed':
      return begin(state, [tell({ event: 'progress', trimId, ...input.progress })]);
    case 'reported':
      return {
        state: {
          kind: 'settling',
          trimId,
          cures: state.cures,
          guest: input.guest,
          report: input.report,
          hasSlot: hasSlot(state),
        },
        effects: [
          ...leaveLine(state),
          { kind: 'disarm', timer: 'silence' },
          tell({ event: 'settling', trimId }),
          {
            kind: 'conclude',
            guest: input.guest,
            report: input.report,
            paths: 'paths' in state ? state.paths : null,
            inventory: 'inventory' in state ? state.inventory : null,
          },
        ],
      };
    case 'cancel-asked':
      return { state, effects: [{ kind: 'cancel' }] };
    case 'gave-up':
      return end(state, state.cures === null ? [tell({ event: 'refused', problem: input.problem })] : []);
    case 'superseded':
    case 'guest-left':
      return end(state, []);
    default:
      return null;
  }
}

/** The way to the grant. */
function goOn(state: Open, input: TrimInput): TrimStep {
  if (input.kind === 'elapsed') return giveUpSlot(state);
  switch (state.kind) {
    case 'unseen':
      return input.kind === 'intended' ? intend(state, input) : same(state);
    case 'waiting-for-slot':
      if (input.kind === 'paths-found' && state.paths === null) return standInLine(state, input.paths);
      return input.kind === 'slot-taken' && state.paths !== null
        ? measure({ state, paths: state.paths, waitedMs: input.waitedMs })
        : same(state);
    case 'measuring':
      if (input.kind !== 'measured') return same(state);
      return {
        state: { ...state, kind: 'recording', inventory: input.inventory },
        effects: [{ kind: 'record', wish: state.wish, before: input.before }],
      };
    case 'recording':
      return input.kind === 'recorded' ? grant(state) : same(state);
    case 'granted':
    case 'running':
      return same(state);
  }
}

function intend(
  { trimId, cures }: Unseen,
  { guest, wish, isCancelled }: Extract<TrimInput, { kind: 'intended' }>,
): TrimStep {
  return {
    state: { kind: 'waiting-for-slot', trimId, cures, guest, wish, paths: null },
    effects: [
      tell({ event: 'intended', trimId, mounts: wish.mounts }),
      ...(isCancelled ? [{ kind: 'cancel' } as const] : []),
      { kind: 'find-paths', guest, mounts: wish.mounts },
    ],
  };
}

function standInLine(state: WaitingForSlot, paths: readonly DiskPath[]): TrimStep {
  const pools = paths.flatMap(({ image }) => image?.pool ?? []);
  return { state: { ...state, paths }, effects: [{ kind: 'take-slot', pools }] };
}

function measure(call: { state: WaitingForSlot; paths: readonly DiskPath[]; waitedMs: number }): TrimStep {
  const { state, paths, waitedMs } = call;
  return {
    state: { ...state, kind: 'measuring', paths, hasSlot: true },
    effects: [
      { kind: 'arm', timer: 'lease', delayMs: LONGEST_HOLD_MS },
      { kind: 'measure', guest: state.guest, paths, waitedMs },
    ],
  };
}

function grant({ trimId, cures, guest, wish, paths, inventory, hasSlot }: Recording): TrimStep {
  const images = paths.flatMap(({ image }) => (image === null ? [] : [image.path]));
  return {
    state: { kind: 'granted', trimId, cures, paths, inventory, hasSlot },
    effects: [
      ...armSilence(hasSlot),
      { kind: 'grant', guest, wish, images },
      tell({ event: 'granted', trimId, images }),
    ],
  };
}

/**
 * A sign of life. One that runs before it was granted is no longer measured: what would be sampled now is not what was there
 * before its first discard.
 */
function begin(state: Open, told: readonly TrimEffect[]): TrimStep {
  if (state.kind === 'unseen') return { state, effects: told };
  const { trimId, cures } = state;
  const paths = state.paths ?? [];
  const inventory = 'inventory' in state ? state.inventory : null;
  const holds = hasSlot(state);
  return {
    state: { kind: 'running', trimId, cures, paths, inventory, hasSlot: holds },
    effects: [...leaveLine(state), ...armSilence(holds), ...told],
  };
}

/** It was silent, or had it, for too long: others of its pools need not wait any more. */
function giveUpSlot(state: Open): TrimStep {
  if (!('hasSlot' in state) || !state.hasSlot) return same(state);
  return { state: { ...state, hasSlot: false }, effects: releaseSlot() };
}

function settle(state: Settling, input: TrimInput): TrimStep {
  const { trimId, report } = state;
  switch (input.kind) {
    case 'concluded': {
      const { result, cureId } = input;
      if (state.cures !== null) return end(state, [passOn(state.cures, result), { kind: 'acknowledge' }]);
      const mounts = cureId === null ? [] : mountsToCure({ report, result });
      if (cureId === null || mounts.length === 0)
        return end(state, [tell({ event: 'finished', trimId: result.id, result }), { kind: 'acknowledge' }]);
      return {
        state: { kind: 'curing', trimId, cures: null, first: result, requestId: cureId, by: null },
        effects: [
          ...(state.hasSlot ? releaseSlot() : []),
          tell({ event: 'again', trimId, mounts }),
          { kind: 'acknowledge' },
          ARM_ANSWER,
          { kind: 'trim-again', guest: state.guest, requestId: cureId, mounts },
        ],
      };
    }
    case 'not-concluded':
      return end(state, []);
    case 'elapsed':
    case 'superseded':
    case 'guest-left':
      return state.hasSlot ? { state: { ...state, hasSlot: false }, effects: releaseSlot() } : same(state);
    default:
      return same(state);
  }
}

function cure(state: Curing, input: TrimInput): TrimStep {
  switch (input.kind) {
    case 'resumed':
      return { state, effects: state.by === null ? [ARM_ANSWER] : [] };
    case 'cure-intended':
      return { state: { ...state, by: input.trimId }, effects: [{ kind: 'disarm', timer: 'answer' }] };
    case 'cure-ended':
      return answer(input.result === null ? state.first : mergeCure({ first: state.first, cure: input.result }));
    case 'guest-left':
    case 'superseded':
      return answer(state.first);
    case 'elapsed':
      return state.by === null ? answer(state.first) : same(state);
    case 'reported':
      return { state, effects: [{ kind: 'acknowledge' }] };
    default:
      return same(state);
  }
}

const ARM_ANSWER: TrimEffect = { kind: 'arm', timer: 'answer', delayMs: ANSWER_TIMEOUT_MS };

function answer(result: TrimResult): TrimStep {
  return {
    state: { kind: 'over' },
    effects: [{ kind: 'disarm', timer: 'answer' }, tell({ event: 'finished', trimId: result.id, result })],
  };
}

/** The slot first: whatever fails after that keeps nobody waiting. */
function end(state: Open | Settling, last: readonly TrimEffect[]): TrimStep {
  return {
    state: { kind: 'over' },
    effects: [
      ...leaveLine(state),
      ...(hasSlot(state) ? releaseSlot() : []),
      ...(state.cures === null || last.some(({ kind }) => kind === 'pass-on') ? [] : [passOn(state.cures, null)]),
      ...last,
    ],
  };
}

function passOn(to: NonNullable<Settling['cures']>, result: TrimResult | null): TrimEffect {
  return { kind: 'pass-on', to, result };
}

const same = (state: TrimState): TrimStep => ({ state, effects: [] });
const tell = (event: Extract<TrimEffect, { kind: 'tell' }>['event']): TrimEffect => ({ kind: 'tell', event });
const hasSlot = (state: Open | Settling): boolean => 'hasSlot' in state && state.hasSlot;

function leaveLine(state: TrimState): readonly TrimEffect[] {
  return state.kind === 'waiting-for-slot' && state.paths !== null ? [{ kind: 'give-slot-back' }] : [];
}

function armSilence(holdsSlot: boolean): readonly TrimEffect[] {
  return holdsSlot ? [{ kind: 'arm', timer: 'silence', delayMs: SILENCE_MS }] : [];
}

function releaseSlot(): readonly TrimEffect[] {
  return [{ kind: 'disarm', timer: 'silence' }, { kind: 'disarm', timer: 'lease' }, { kind: 'give-slot-back' }];
}
