import type { TrimReport } from '@trimtab/protocol';
import { toCancelledReport } from './cancelled-report.ts';
import type { TrimPlan } from './plan.ts';
import { tellEnd } from './tell-end.ts';
import {
  type EventOf,
  type LastTrim,
  type LinkState,
  type StateOf,
  type Step,
  type Surroundings,
  stay,
  type Trim,
  type TrimEffect,
  type TrimState,
  type UnderWay,
} from './trim-state.ts';

/** What has not started never will, and what runs is made to end; either way a report follows. */
export function cancelTrim(state: UnderWay, reason: string, around: Surroundings): Step {
  switch (state.kind) {
    case 'planning':
      return stay({ ...state, cancelled: state.cancelled ?? reason });
    case 'waiting-for-grant':
      return cancelBeforeStart({ ...state, stopping: false, reason, around });
    case 'running':
      return { state, effects: [{ kind: 'abort', reason }] };
    default:
      return stay(state);
  }
}

/**
 * The agent ends: `stopped` comes once the trim under way is over and its report is kept, at once where there is none.
 */
export function stopTrims(state: TrimState, around: Surroundings): Step {
  const reason = 'the agent was stopped';
  switch (state.kind) {
    case 'idle':
      return { state: { kind: 'stopped' }, effects: [{ kind: 'stopped' }] };
    case 'stopped':
      return stay(state);
    case 'waiting-for-grant':
      return cancelBeforeStart({ ...state, stopping: true, reason, around });
    default:
      return cancelTrim({ ...state, stopping: true }, reason, around);
  }
}

export function cancelBeforeStart({
  link,
  trim,
  plan,
  stopping,
  reason,
  around,
}: {
  link: LinkState;
  trim: Trim;
  plan: TrimPlan;
  stopping: boolean;
  reason: string;
  around: Surroundings;
}): Step {
  const report = toCancelledReport({ trimId: trim.id, wish: trim.wish, plan, reason, utcMs: around.utcMs });
  return {
    state: { kind: 'keeping-report', link, trim, report, ran: false, stopping },
    effects: [{ kind: 'disarm' }, { kind: 'keep', report, ran: false }],
  };
}

export function keepReport({ link, trim, stopping }: StateOf<'running'>, { report }: EventOf<'finished'>): Step {
  return {
    state: { kind: 'keeping-report', link, trim, report, ran: true, stopping },
    effects: [{ kind: 'keep', report, ran: true }],
  };
}

export function sendReport({ link, trim, report, ran, stopping }: StateOf<'keeping-report'>): Step {
  const effects: TrimEffect[] = [tellEnd(report), { kind: 'send', trimId: trim.id }];
  // A trim that the agent's own end called off is still owed: the schedule catches up with it at the next start.
  if (!ran && !stopping) effects.unshift({ kind: 'begun', wisher: trim.wisher });
  const curable = ran && trim.wish.cures === null ? report : null;
  return { state: { kind: 'sending-report', link, trim, curable, stopping }, effects };
}

/** Of a trim whose report cannot be kept, the collector hears at least that there will be none. */
export function giveUp(
  state: StateOf<'waiting-for-grant' | 'running' | 'keeping-report'>,
  { problem }: EventOf<'failed' | 'unsaid'>,
  around: Surroundings,
): Step {
  const { id } = state.trim;
  const next = endTrim(state, { curable: null }, around);
  return {
    state: next.state,
    effects: [
      { kind: 'disarm' },
      { kind: 'log', level: 'error', line: `trim ${id} was given up: ${problem.subject}: ${problem.cause}` },
      { kind: 'say', trimId: id, message: { type: 'problem', about: id, problem } },
      ...next.effects,
    ],
  };
}

export function endTrim(state: UnderWay, { curable }: { curable: TrimReport | null }, { nowMs }: Surroundings): Step {
  const stopping = state.kind === 'waiting-for-grant' ? false : state.stopping;
  return toIdle({ link: state.link, last: { endedMs: nowMs, curable }, stopping });
}

export function toIdle({ link, last, stopping }: { link: LinkState; last: LastTrim | null; stopping: boolean }): Step {
  return stopping
    ? { state: { kind: 'stopped' }, effects: [{ kind: 'stopped' }] }
    : { state: { kind: 'idle', link, last }, effects: [] };
}
