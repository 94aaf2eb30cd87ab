import { type DiskPath, poolsOf } from '../../model/disk-path.ts';
import { cure, lose, settle } from './trim-end.ts';
import {
  type HowLost,
  LONGEST_HOLD_MS,
  type Recording,
  type TrimEffect,
  type TrimInput,
  type TrimState,
  type TrimStep,
  type UnderWay,
  type Unseen,
  type WaitingForSlot,
} from './trim-model.ts';
import {
  armSilence,
  armSlotCheck,
  end,
  hasSlot,
  leaveLine,
  type Open,
  releaseSlot,
  STOP_WATCHING,
  same,
  tell,
} from './trim-steps.ts';

/** Pure: what a trim becomes by what happens, and what is to be done about it. What comes too late changes nothing. */
export function advanceTrim(state: TrimState, input: TrimInput): TrimStep {
  switch (state.kind) {
    case 'settling':
      return settle(state, input);
    case 'losing':
      return lose(state, input);
    case 'curing':
      return cure(state, input);
    case 'over':
      // It ended while its samples were being stored, and was never granted.
      return input.kind === 'recorded' ? { state, effects: [{ kind: 'withdraw' }] } : same(state);
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
          ...STOP_WATCHING,
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
    case 'untrimmed':
      return end(state, [
        ...(state.cures === null ? [tell({ event: 'refused', problem: input.problem })] : []),
        ...(isTakenBack(state, input.kind) ? [{ kind: 'withdraw' } as const] : []),
      ]);
    case 'lost':
      // What its guest speaks of is not lost: it is back, under another QEMU that went on where the first had stopped.
      if (state.kind !== 'unseen' && !IS_UNTOLD[input.how]) return same(state);
      return {
        state: { kind: 'losing', trimId, cures: state.cures },
        effects: [
          ...leaveLine(state),
          ...(hasSlot(state) ? releaseSlot() : []),
          { kind: 'conclude-lost', open: input.open, how: input.how },
        ],
      };
    case 'superseded':
    case 'guest-left':
      return end(state, []);
    default:
      return null;
  }
}

/**
 * Is what was stored at its grant to go? One that runs and is given up may have trimmed, and keeps it; one that is not
 * heard of any more may have been granted too.
 */
function isTakenBack({ kind }: Open, by: 'gave-up' | 'untrimmed'): boolean {
  return kind === 'granted' || (by === 'untrimmed' && (kind === 'running' || kind === 'unseen'));
}

/** Is the guest itself still there, so that nothing else tells that its trim is lost? */
const IS_UNTOLD: Readonly<Record<HowLost, boolean>> = {
  'qemu-ga-ended': true,
  'qemu-ga-failed': true,
  'libvirt-ended': true,
  'qemu-ended': false,
  'started-anew': false,
  'collector-started-anew': false,
};

/** The way to the grant. */
function goOn(state: Open, input: TrimInput): TrimStep {
  if (input.kind === 'elapsed' && input.timer !== 'slot-check') return giveUpSlot(state);
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
        effects: [
          {
            kind: 'record',
            guest: state.guest,
            wish: state.wish,
            paths: state.paths,
            inventory: input.inventory,
            before: input.before,
          },
        ],
      };
    case 'recording':
      return input.kind === 'recorded' ? grant(state) : same(state);
    case 'granted':
    case 'running':
      return watchSlot(state, input);
  }
}

/** It keeps its slot by what the host sees of it, not by what the guest says. */
function watchSlot(state: UnderWay, input: TrimInput): TrimStep {
  if (!state.hasSlot) return same(state);
  if (input.kind === 'elapsed') return { state, effects: [{ kind: 'check-slot', paths: state.paths }] };
  if (input.kind !== 'slot-checked') return same(state);
  return input.keeps ? { state, effects: armSlotCheck(true) } : giveUpSlot(state);
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
  return { state: { ...state, paths }, effects: [{ kind: 'take-slot', pools: poolsOf(paths) }] };
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
      ...armSlotCheck(hasSlot),
      { kind: 'grant', guest, wish, paths, images },
      tell({ event: 'granted', trimId, images }),
    ],
  };
}

/**
 * A sign of life. One that runs before it was granted is no longer measured: what would be sampled now is not what was
 * there before its first discard.
 */
function begin(state: Open, told: readonly TrimEffect[]): TrimStep {
  if (state.kind === 'unseen') return { state, effects: told };
  const { trimId, cures } = state;
  const paths = state.paths ?? [];
  const inventory = 'inventory' in state ? state.inventory : null;
  const holds = hasSlot(state);
  const isWatched = state.kind === 'granted' || state.kind === 'running';
  return {
    state: { kind: 'running', trimId, cures, paths, inventory, hasSlot: holds },
    effects: [...leaveLine(state), ...armSilence(holds), ...(isWatched ? [] : armSlotCheck(holds)), ...told],
  };
}

/** It was silent, discarded nothing, or had it, for too long: others of its pools need not wait any more. */
function giveUpSlot(state: Open): TrimStep {
  if (!('hasSlot' in state) || !state.hasSlot) return same(state);
  return { state: { ...state, hasSlot: false }, effects: releaseSlot() };
}
