import { CLOSE_CODES } from '@trimtab/protocol';
import { toAddress } from '../model/route.ts';
import { doorOf, goOn, placeOf, routeOf, wait } from './rounds.ts';
import {
  LASTING_MS,
  type OpenState,
  type Place,
  type SessionEffect,
  type SessionState,
  type Step,
  type Surroundings,
} from './session-model.ts';
import { isSlow, type Meaning, meaningOf, meaningOfFailure, NOT_RENEWED, type Setback } from './setback.ts';
import { tellSetback } from './tell-setbacks.ts';

interface Closing {
  readonly state: OpenState;
  readonly code: number;
  readonly reason: string;
  readonly around: Surroundings;
}

/** This end ends the connection; the transport's own `closed` comes later and is not heard. */
export function hangUp({ meaning, ...closing }: Closing & { readonly meaning?: Meaning }): Step {
  const { state, code, reason } = closing;
  const next = afterClose({
    ...closing,
    isOwn: true,
    meaning: meaning ?? meaningOf({ code, isOwn: true, showsToken: showsToken(state) }),
  });
  return {
    state: next.state,
    effects: [{ kind: 'close', connection: state.connection, code, reason }, ...next.effects],
  };
}

/** Whoever was connected to ended it, or could not be connected to. */
export function hearClosed(closing: Closing): Step {
  const { state, code } = closing;
  // What proved another key before anything was said has said nothing: that was found here.
  const isOwn = state.kind === 'connecting';
  const meaning =
    meaningOf({ code, isOwn, showsToken: showsToken(state) }) ?? (isOwn ? meaningOfFailure(closing.reason) : null);
  return afterClose({ ...closing, isOwn, meaning });
}

function showsToken(state: OpenState): boolean {
  const { joined } = routeOf(state);
  return joined !== null && joined.tokenSeed !== null;
}

type Closed = Closing & { readonly isOwn: boolean; readonly meaning: Meaning | null };

function afterClose(closed: Closed): Step {
  const { state, around } = closed;
  const setback = toSetback(closed);
  if (state.kind === 'connected') return leave({ state, setback, around });
  const seed = renewedInVain({ state, setback });
  if (seed === null) return goOn({ attempt: state, setback, around });
  const { connection } = state;
  const { state: next, effects } = goOn({ attempt: state, setback: { ...setback, meaning: NOT_RENEWED }, around });
  return {
    state: next,
    effects: [{ kind: 'keep', connection, change: { kind: 'not-renewed', seed } }, ...effects],
  };
}

function toSetback({ state, code, reason, isOwn, meaning }: Closed): Setback {
  return {
    route: state.route,
    door: state.door,
    address: toAddress(doorOf(state)),
    code,
    reason,
    stage: state.kind,
    isProven: !isOwn && isKnown(state),
    meaning,
  };
}

/** Who is at the other end has proven it, or need not. */
function isKnown(state: OpenState): boolean {
  if (state.kind === 'connecting') return false;
  return state.kind !== 'greeting' || state.shown === null || state.shown.opened.pin !== null;
}

/** The key that was made by the host's wish, where the host does not know it; null where that is not so. */
function renewedInVain({ state, setback }: { state: OpenState; setback: Setback }): string | null {
  if (setback.code !== CLOSE_CODES.unknownKey || !setback.isProven) return null;
  return routeOf(state).joined?.collector.renewedSeed ?? null;
}

/** A session that stood. */
function leave({
  state,
  setback,
  around,
}: {
  state: Extract<OpenState, { kind: 'connected' }>;
  setback: Setback;
  around: Surroundings;
}): Step {
  const lasted = around.nowMs - state.sinceMs >= LASTING_MS;
  const isElsewhere = setback.code === CLOSE_CODES.elsewhere;
  const { state: next, effects } = wait({
    failures: lasted || isElsewhere ? 0 : state.failures,
    connection: state.connection,
    isLong: !isElsewhere && isSlow(setback),
    best: isElsewhere ? afterThis(state) : placeOf(state),
    line: tellSetback(setback),
    remedy: setback.meaning?.remedy ?? null,
    around,
  });
  return {
    state: next,
    effects: [{ kind: 'disarm', timer: 'heartbeat' }, ...effects, { kind: 'disconnected' }],
  };
}

function afterThis(state: OpenState): Place {
  return placeOf({ ...state, route: (state.route + 1) % state.round.length, door: 0 });
}

export function stopSession(state: SessionState): Step {
  if (state.kind === 'stopped' || state.kind === 'idle') return { state: { kind: 'stopped' }, effects: [] };
  if (state.kind === 'waiting') return { state: { kind: 'stopped' }, effects: [{ kind: 'disarm', timer: 'retry' }] };
  const effects: SessionEffect[] = [
    { kind: 'disarm', timer: state.kind === 'connected' ? 'heartbeat' : 'deadline' },
    // 1001 of RFC 6455: this end goes away.
    { kind: 'close', connection: state.connection, code: 1001, reason: 'the agent stops' },
  ];
  if (state.kind === 'connected') effects.push({ kind: 'disconnected' });
  return { state: { kind: 'stopped' }, effects };
}
