import {
  cancelBeforeStart,
  cancelTrim,
  endTrim,
  giveUp,
  keepReport,
  sendReport,
  stopTrims,
  toIdle,
} from './end-trim.ts';
import { askForGrant, goAlone, linkDown, linkUp, runTrim, sayStarted } from './grant-wait.ts';
import { busyWith, checkInterval, STOPPING } from './limits.ts';
import {
  type AboutTrim,
  type EventOf,
  isUnderWay,
  type StateOf,
  type Step,
  type Surroundings,
  stay,
  type Trim,
  type TrimEvent,
  type TrimState,
  type UnderWay,
  type WishAnswer,
} from './trim-state.ts';

/** The agent's trims without a kernel, a disk or a link: what happens next, and what to do about it. */
export function stepTrim(state: TrimState, event: TrimEvent, around: Surroundings): Step {
  switch (event.kind) {
    case 'wished':
      return wished(state, event, around);
    case 'link-up':
      return linkUp(state);
    case 'link-down':
      return linkDown(state, around);
    case 'stop':
      return stopTrims(state, around);
    default:
      return isUnderWay(state) && state.trim.id === event.trimId ? hear(state, event, around) : stay(state);
  }
}

/** Most of these lead from one state to the next, and mean nothing in any other. */
function hear(state: UnderWay, event: AboutTrim, around: Surroundings): Step {
  switch (event.kind) {
    case 'planned':
      return state.kind === 'planning' ? planned(state, event, around) : stay(state);
    case 'refused':
    case 'not-planned':
      return state.kind === 'planning' ? unplanned(state, event) : stay(state);
    case 'granted':
      return state.kind === 'waiting-for-grant' ? runTrim(state, { granted: true }) : stay(state);
    case 'patience-over':
      return state.kind === 'waiting-for-grant' ? goAlone(state) : stay(state);
    case 'unsaid':
      return state.kind === 'waiting-for-grant' ? giveUp(state, event, around) : stay(state);
    case 'started':
      return state.kind === 'running' ? started(state, event) : stay(state);
    case 'finished':
      return state.kind === 'running' ? keepReport(state, event) : stay(state);
    case 'kept':
      return state.kind === 'keeping-report' ? sendReport(state) : stay(state);
    case 'failed':
      return state.kind === 'running' || state.kind === 'keeping-report' ? giveUp(state, event, around) : stay(state);
    case 'sent':
      return state.kind === 'sending-report' ? endTrim(state, { curable: state.curable }, around) : stay(state);
    case 'cancelled':
      return cancelTrim(state, event.reason, around);
  }
}

function wished(state: TrimState, event: EventOf<'wished'>, around: Surroundings): Step {
  const { wish, wisher } = event;
  const answer = (given: WishAnswer): Step => ({ state, effects: [{ kind: 'answer', wisher, answer: given }] });
  const isOfThisTrim = isUnderWay(state) && wish.requestId !== null && wish.requestId === state.trim.wish.requestId;
  if (isOfThisTrim || event.isReported) return answer({ kind: 'under-way' });
  if (state.kind === 'stopped') return answer({ kind: 'refused', problem: STOPPING });
  if (state.kind !== 'idle') return answer({ kind: 'refused', problem: busyWith(state.trim.id) });

  const { link, last } = state;
  const problem = checkInterval({
    sinceLastMs: last === null ? null : around.nowMs - last.endedMs,
    minimumIntervalMs: around.minimumIntervalMs,
    isCure: wish.cures !== null,
  });
  if (problem !== null) return answer({ kind: 'refused', problem });
  const trim: Trim = { id: around.newTrimId(), wish, wisher };
  return {
    state: { kind: 'planning', link, last, trim, cancelled: null, stopping: false },
    effects: [{ kind: 'plan', trim, curable: last?.curable ?? null }],
  };
}

function planned(state: StateOf<'planning'>, { plan }: EventOf<'planned'>, around: Surroundings): Step {
  const { link, trim, cancelled, stopping } = state;
  const next =
    cancelled === null
      ? askForGrant({ link, trim, plan, around })
      : cancelBeforeStart({ link, trim, plan, stopping, reason: cancelled, around });
  const { wisher } = trim;
  return { state: next.state, effects: [{ kind: 'answer', wisher, answer: { kind: 'accepted' } }, ...next.effects] };
}

/** As if nobody had wished: the trim before may still be cured. */
function unplanned(state: StateOf<'planning'>, { kind, problem }: EventOf<'refused' | 'not-planned'>): Step {
  const { link, last, stopping, trim } = state;
  const next = toIdle({ link, last, stopping });
  const answer: WishAnswer = { kind: kind === 'refused' ? 'refused' : 'failed', problem };
  return { state: next.state, effects: [{ kind: 'answer', wisher: trim.wisher, answer }, ...next.effects] };
}

function started(state: StateOf<'running'>, { startedAt }: EventOf<'started'>): Step {
  const next = { ...state, startedAt };
  return { state: next, effects: [{ kind: 'begun', wisher: state.trim.wisher }, ...sayStarted(next)] };
}
