import type { TrimResult } from '../../model/trim-result.ts';
import {
  type Losing,
  type Measuring,
  type Recording,
  type Settling,
  SILENCE_MS,
  SLOT_CHECKED_EVERY_MS,
  type TrimEffect,
  type TrimState,
  type TrimStep,
  type UnderWay,
  type Unseen,
  type WaitingForSlot,
} from './trim-model.ts';

/** Before its report is here. */
export type Open = Unseen | WaitingForSlot | Measuring | Recording | UnderWay;

/** The slot first: whatever fails after that keeps nobody waiting. */
export function end(state: Open | Settling | Losing, last: readonly TrimEffect[]): TrimStep {
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

export function passOn(to: NonNullable<Settling['cures']>, result: TrimResult | null): TrimEffect {
  return { kind: 'pass-on', to, result };
}

export const same = (state: TrimState): TrimStep => ({ state, effects: [] });
export const tell = (event: Extract<TrimEffect, { kind: 'tell' }>['event']): TrimEffect => ({ kind: 'tell', event });
export const tellResult = (result: TrimResult): TrimEffect => tell({ event: 'finished', trimId: result.id, result });
export const hasSlot = (state: Open | Settling | Losing): boolean => 'hasSlot' in state && state.hasSlot;

export function leaveLine(state: TrimState): readonly TrimEffect[] {
  return state.kind === 'waiting-for-slot' && state.paths !== null ? [{ kind: 'give-slot-back' }] : [];
}

export function armSilence(holdsSlot: boolean): readonly TrimEffect[] {
  return holdsSlot ? [{ kind: 'arm', timer: 'silence', delayMs: SILENCE_MS }] : [];
}

/** Once, when it may begin: what the guest says does not put it off. */
export function armSlotCheck(holdsSlot: boolean): readonly TrimEffect[] {
  return holdsSlot ? [{ kind: 'arm', timer: 'slot-check', delayMs: SLOT_CHECKED_EVERY_MS }] : [];
}

/** From its report on the host itself is busy with it. */
export const STOP_WATCHING: readonly TrimEffect[] = [
  { kind: 'disarm', timer: 'silence' },
  { kind: 'disarm', timer: 'slot-check' },
];

export function releaseSlot(): readonly TrimEffect[] {
  return [...STOP_WATCHING, { kind: 'disarm', timer: 'lease' }, { kind: 'give-slot-back' }];
}
