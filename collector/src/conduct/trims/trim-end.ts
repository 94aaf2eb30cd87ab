import { mergeCure } from '../../model/merge-cure.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import { mountsToCure } from './cure.ts';
import {
  ANSWER_TIMEOUT_MS,
  type Curing,
  type Losing,
  type Settling,
  type TrimEffect,
  type TrimInput,
  type TrimStep,
} from './trim-model.ts';
import { end, passOn, releaseSlot, same, tell, tellResult } from './trim-steps.ts';

/** Its report is here. */
export function settle(state: Settling, input: TrimInput): TrimStep {
  const { trimId, report } = state;
  switch (input.kind) {
    case 'concluded': {
      const { result, cureId } = input;
      if (state.cures !== null) return end(state, [passOn(state.cures, result), { kind: 'acknowledge' }]);
      const mounts = cureId === null ? [] : mountsToCure({ report, result });
      if (cureId === null || mounts.length === 0) return end(state, [tellResult(result), { kind: 'acknowledge' }]);
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

/** What the guest says meanwhile waits its turn (trims.ts): its report is concluded after this. */
export function lose(state: Losing, input: TrimInput): TrimStep {
  switch (input.kind) {
    case 'concluded':
      return end(state, state.cures === null ? [tellResult(input.result)] : []);
    case 'not-concluded':
      return end(state, []);
    default:
      return same(state);
  }
}

export function cure(state: Curing, input: TrimInput): TrimStep {
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
    effects: [{ kind: 'disarm', timer: 'answer' }, tellResult(result)],
  };
}
