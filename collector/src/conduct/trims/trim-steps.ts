import type { TrimResult } from '../../model/trim-result.ts';
import {
  type Losing,
  type Measuring,
  type Recording,
  type Settling,
  SILENCE_MS,
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

export function releaseSlot(): readonly TrimEffect[] {
  return [{ kind: 'disarm', timer: 'silence' }, { kind: 'disarm', timer: 'lease' }, { kind: 'give-slot-back' }];
}
