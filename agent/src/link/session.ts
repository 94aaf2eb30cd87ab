import { CLOSE_CODES, type FromHost, fromHostCodec } from '@trimtab/protocol';
import { hangUp, hearClosed, stopSession } from './closing.ts';
import { greet, hearWhileGreeting, hearWhileProving, showCredential } from './greeting.ts';
import { beginRound, doorOf, hasChannel, wait } from './rounds.ts';
import {
  CONNECT_TIMEOUT_MS,
  HEARTBEAT_TIMEOUT_MS,
  INSISTING_MS,
  type OpenState,
  type Place,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type Step,
  type Surroundings,
  WELCOME_TIMEOUT_MS,
} from './session-model.ts';
import { NOBODY_ON_CHANNEL, NOT_KEPT, PLUGGED_IN } from './setback.ts';

/**
 * The whole life of the session with a collector, without a socket, a file or a clock: what happens next, and what to do
 * about it.
 */
export function stepSession(state: SessionState, event: SessionEvent, around: Surroundings): Step {
  switch (event.kind) {
    case 'start':
      return state.kind === 'idle' ? prepare({ failures: 0, connection: 1, best: null }) : stay(state);
    case 'stop':
      return stopSession(state);
    case 'elapsed':
      return elapsed(state, event, around);
    case 'channel-found':
      return state.kind === 'connected' && !hasChannel(state) ? goOver(state, around) : stay(state);
    case 'say':
      return state.kind === 'connected'
        ? { state, effects: [{ kind: 'send', connection: state.connection, message: event.message }] }
        : stay(state);
    default:
      // Whatever an older connection still says is not heard.
      if (!isOpen(state) || state.connection !== event.connection) return lateWord(state, event);
      return state.kind === 'preparing' ? begin(state, event, around) : hear(state, event, around);
  }
}

type Heard = Extract<SessionEvent, { connection: number }>;

/** What could not be kept is told all the same. */
function lateWord(state: SessionState, event: Heard): Step {
  return event.kind === 'unkept' ? { state, effects: [tellUnkept(event)] } : stay(state);
}

function prepare(next: { failures: number; connection: number; best: Place | null }): Step {
  return {
    state: { kind: 'preparing', ...next },
    effects: [
      { kind: 'prepare', connection: next.connection },
      { kind: 'arm', timer: 'deadline', delayMs: CONNECT_TIMEOUT_MS },
    ],
  };
}

type Preparing = Extract<SessionState, { kind: 'preparing' }>;

function begin(state: Preparing, event: Heard, around: Surroundings): Step {
  if (event.kind === 'prepared') return beginRound({ routes: event.routes, state, around });
  if (event.kind !== 'unprepared') return stay(state);
  return putOff({ state, line: event.reason, around });
}

function putOff({ state, line, around }: { state: Preparing; line: string; around: Surroundings }): Step {
  const { failures, connection, best } = state;
  const { state: next, effects } = wait({ failures, connection, best, isLong: true, line, remedy: null, around });
  return {
    state: next,
    effects: [{ kind: 'disarm', timer: 'deadline' }, ...effects, { kind: 'rejected', setbacks: [] }],
  };
}

function hear(state: OpenState, event: Heard, around: Surroundings): Step {
  switch (event.kind) {
    case 'reached':
      return state.kind === 'connecting' ? { state, effects: [STANDS_IN_LINE] } : stay(state);
    case 'opened':
      return state.kind === 'connecting' ? greet({ state, opened: event.opened, around }) : stay(state);
    case 'pinged':
      return state.kind === 'connected' ? hearPing(state, around) : stay(state);
    case 'frame':
      return decode(state, event.bytes, around);
    case 'closed':
      return hearClosed({ state, code: event.code, reason: event.reason, around });
    case 'kept':
      return hearKept(state, event);
    case 'unkept':
      return hearUnkept(state, event, around);
    default:
      return stay(state);
  }
}

type Connected = Extract<SessionState, { kind: 'connected' }>;

/** Not for ever with a collector whose host does not run this guest: another may by now. */
function hearPing(state: Connected, around: Surroundings): Step {
  if (!state.insists || around.nowMs - state.sinceMs < INSISTING_MS) return { state, effects: [HEARTBEAT] };
  return hangUp({ state, code: GOING_AWAY, reason: 'this guest asks again which host runs it', around });
}

/** Whoever answers on the channel is the host that runs this guest: that goes before any network. */
function goOver(state: Connected, around: Surroundings): Step {
  return hangUp({ state, code: GOING_AWAY, reason: 'the agent goes over to it', meaning: PLUGGED_IN, around });
}

function decode(state: OpenState, bytes: Uint8Array, around: Surroundings): Step {
  const decoded = fromHostCodec.decode(bytes);
  if (decoded.kind === 'bad-frame')
    return hangUp({ state, code: CLOSE_CODES.badFrame, reason: decoded.reason, around });
  return receive(state, decoded.message, around);
}

function receive(state: OpenState, message: FromHost, around: Surroundings): Step {
  if (state.kind === 'connected') return receiveConnected(state, message, around);
  // It was asked for nothing yet, and has proven nothing: whoever it is fills no log.
  if (message.type === 'problem') return stay(state);
  const step =
    state.kind === 'greeting'
      ? hearWhileGreeting({ state, message, around })
      : state.kind === 'proving'
        ? hearWhileProving({ state, message, around })
        : null;
  return step ?? outOfOrder(state, message, around);
}

function receiveConnected(state: Connected, message: FromHost, around: Surroundings): Step {
  switch (message.type) {
    case 'welcome':
    case 'challenge':
      return outOfOrder(state, message, around);
    case 'collector': {
      const { connection, seed } = state;
      if (seed === null) return outOfOrder(state, message, around);
      const { pins, addresses } = message;
      const change = { kind: 'learned', seed, pins, addresses } as const;
      return { state, effects: [HEARTBEAT, { kind: 'keep', connection, change }] };
    }
    default:
      return { state, effects: [HEARTBEAT, { kind: 'deliver', message }] };
  }
}

function outOfOrder(state: OpenState, message: FromHost, around: Surroundings): Step {
  return hangUp({ state, code: CLOSE_CODES.outOfOrder, reason: `${message.type} while ${state.kind}`, around });
}

function hearKept(state: OpenState, { change }: Extract<SessionEvent, { kind: 'kept' }>): Step {
  const { connection } = state;
  if (state.kind === 'keeping' && change.kind === 'renewing') return showCredential(state);
  if (state.kind === 'connected' && change.kind === 'learned')
    return { state, effects: [{ kind: 'send', connection, message: { type: 'learned', pins: [...change.pins] } }] };
  return stay(state);
}

function hearUnkept(state: OpenState, event: Extract<SessionEvent, { kind: 'unkept' }>, around: Surroundings): Step {
  if (state.kind !== 'keeping') return { state, effects: [tellUnkept(event)] };
  return hangUp({ state, code: CLOSE_CODES.internal, reason: event.reason, meaning: NOT_KEPT, around });
}

function tellUnkept({ reason }: { reason: string }): SessionEffect {
  return log('warn', `what the collector said of itself is not kept: ${reason}`);
}

function elapsed(state: SessionState, event: Extract<SessionEvent, { kind: 'elapsed' }>, around: Surroundings): Step {
  if (event.timer === 'retry' && state.kind === 'waiting') {
    const { failures, lastConnection, best } = state;
    return prepare({ failures, connection: lastConnection + 1, best });
  }
  if (event.timer === 'heartbeat' && state.kind === 'connected')
    return hangUp({ state, code: CLOSE_CODES.internal, reason: 'no ping within 45 s', around });
  if (event.timer !== 'deadline' || !isOpen(state) || state.kind === 'connected') return stay(state);
  if (state.kind === 'preparing') return putOff({ state, line: 'the state directory does not answer', around });
  const late = { state, code: CLOSE_CODES.greetingTimeout, reason: `no ${NEXT[state.kind]} in time`, around };
  const isUnopened = state.kind === 'connecting' && doorOf(state).kind === 'channel';
  return isUnopened ? hangUp({ ...late, meaning: NOBODY_ON_CHANNEL }) : hangUp(late);
}

const NEXT = {
  connecting: 'connection',
  greeting: 'welcome',
  keeping: 'word of the state directory',
  proving: 'welcome',
} as const;

function isOpen(state: SessionState): state is OpenState | Preparing {
  return state.kind !== 'idle' && state.kind !== 'waiting' && state.kind !== 'stopped';
}

/** RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;

const STANDS_IN_LINE: SessionEffect = { kind: 'arm', timer: 'deadline', delayMs: WELCOME_TIMEOUT_MS };
const HEARTBEAT: SessionEffect = { kind: 'arm', timer: 'heartbeat', delayMs: HEARTBEAT_TIMEOUT_MS };
const stay = (state: SessionState): Step => ({ state, effects: [] });
const log = (level: 'info' | 'warn', line: string): SessionEffect => ({ kind: 'log', level, line });
