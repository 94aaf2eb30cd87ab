import type { RequestId, TrimId } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import { stepTrim } from '../trim/step-trim.ts';
import {
  isUnderWay,
  type TrimEffect,
  type TrimEvent,
  type TrimState,
  type TrimWish,
  type WishAnswer,
} from '../trim/trim-state.ts';
import { createTrimEffects, type TrimEffectParts } from './carry-out-trim.ts';

export interface Conductor {
  /**
   * Resolves once it is known whether there will be a trim. `onBegun` is called at most once: from there on a crash of
   * the agent would still yield a report, or there is nothing left to do.
   */
  begin(call: { readonly wish: TrimWish; readonly onBegun: () => void }): Promise<WishAnswer>;
  grant(trimId: TrimId): void;
  /** False if no such trim is under way. */
  cancel(call: { readonly trimId: TrimId; readonly reason: string }): boolean;
  /** Is no trim under way? */
  isAtRest(): boolean;
  linkUp(): void;
  linkDown(): void;
  /** Resolves once the trim under way is over and its report is kept. */
  stop(): Promise<void>;
}

export interface ConductorParts extends TrimEffectParts {
  /** Does the report of this request's trim wait to be acknowledged? */
  readonly isReported: (requestId: RequestId) => boolean;
  readonly clock: Clock;
  readonly newTrimId: () => TrimId;
  /** When the last trim of an agent before this one ended, by `monotonicMs`; null where none is known. */
  readonly lastEndedMs: number | null;
  readonly minimumIntervalMs: number;
  readonly grantPatienceMs: number;
  /** None is under way any more. */
  readonly onEnded: () => void;
}

/** Where the state of the agent's trims lives, and their events come in. */
export function createConductor(parts: ConductorParts): Conductor {
  const { clock, newTrimId, minimumIntervalMs, grantPatienceMs } = parts;
  const last = parts.lastEndedMs === null ? null : { endedMs: parts.lastEndedMs, curable: null };
  let state: TrimState = { kind: 'idle', link: { kind: 'down', sinceMs: clock.monotonicMs() }, last };
  const events: TrimEvent[] = [];
  const stopped = Promise.withResolvers<void>();
  const carryOut = createTrimEffects({ parts, happen, onStopped: stopped.resolve });

  return {
    begin: ({ wish, onBegun }) =>
      new Promise((resolve) => {
        const isReported = wish.requestId !== null && parts.isReported(wish.requestId);
        happen({ kind: 'wished', wish, wisher: { answer: resolve, begun: onBegun }, isReported });
      }),
    grant: (trimId) => happen({ kind: 'granted', trimId }),
    cancel({ trimId, reason }) {
      const isHere = isUnderWay(state) && state.trim.id === trimId;
      happen({ kind: 'cancelled', trimId, reason });
      return isHere;
    },
    isAtRest: () => !isUnderWay(state),
    linkUp: () => happen({ kind: 'link-up' }),
    linkDown: () => happen({ kind: 'link-down' }),
    stop() {
      happen({ kind: 'stop' });
      return stopped.promise;
    },
  };

  /**
   * What an effect brings about at once is heard after the other effects of its step. One that throws, against its
   * promise, holds up nothing else: what it threw is told when all has been heard.
   */
  function happen(event: TrimEvent): void {
    events.push(event);
    if (events.length > 1) return;
    const thrown: unknown[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        thrown.push(error);
      }
    };
    for (let next = events[0]; next !== undefined; next = events[0]) {
      const heard = next;
      const wasTrimming = isUnderWay(state);
      attempt(() => {
        for (const effect of step(heard)) attempt(() => carryOut(effect));
      });
      if (wasTrimming && !isUnderWay(state)) attempt(parts.onEnded);
      events.shift();
    }
    for (const error of thrown) parts.log.error(`a step of a trim was not carried out: ${toCause(error)}`);
  }

  function step(event: TrimEvent): readonly TrimEffect[] {
    const nowMs = clock.monotonicMs();
    const utcMs = clock.now();
    const next = stepTrim(state, event, { nowMs, utcMs, newTrimId, minimumIntervalMs, grantPatienceMs });
    state = next.state;
    return next.effects;
  }
}
