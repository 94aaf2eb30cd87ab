import {
  CLOSE_CODES,
  type FromHost,
  fromHostCodec,
  negotiateVersion,
  SUPPORTED,
  type Welcome,
} from '@trimtab/protocol';
import { afterClose, hangUp, stopSession } from './closing.ts';
import {
  CONNECT_TIMEOUT_MS,
  HEARTBEAT_TIMEOUT_MS,
  type OpenState,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type Step,
  type Surroundings,
  WELCOME_TIMEOUT_MS,
} from './session-model.ts';

/**
 * The whole life of the session with the collector, without a socket or a clock: what happens next, and what to do
 * about it.
 */
export function stepSession(state: SessionState, event: SessionEvent, around: Surroundings): Step {
  switch (event.kind) {
    case 'start':
      return state.kind === 'idle' ? connect({ failures: 0, connection: 1 }) : stay(state);
    case 'stop':
      return stopSession(state);
    case 'elapsed':
      return elapsed(state, event, around);
    case 'say':
      return state.kind === 'connected'
        ? { state, effects: [{ kind: 'send', connection: state.connection, message: event.message }] }
        : stay(state);
    default:
      // Whatever an older connection still says is not heard.
      if (!isOpen(state) || state.connection !== event.connection) return stay(state);
      return hear(state, event, around);
  }
}

type Heard = Extract<SessionEvent, { connection: number }>;

function hear(state: OpenState, event: Heard, around: Surroundings): Step {
  switch (event.kind) {
    case 'opened':
      return state.kind === 'connecting' ? greet(state, around) : stay(state);
    case 'pinged':
      return state.kind === 'connected' ? { state, effects: [HEARTBEAT] } : stay(state);
    case 'frame':
      return decode(state, event.bytes, around);
    case 'closed':
      return afterClose({ state, code: event.code, reason: event.reason, around });
  }
}

function connect({ failures, connection }: { failures: number; connection: number }): Step {
  return {
    state: { kind: 'connecting', failures, connection },
    effects: [
      { kind: 'connect', connection },
      { kind: 'arm', timer: 'deadline', delayMs: CONNECT_TIMEOUT_MS },
    ],
  };
}

function greet(state: OpenState, { hello }: Surroundings): Step {
  return {
    state: { kind: 'greeting', failures: state.failures, connection: state.connection },
    effects: [
      { kind: 'send', connection: state.connection, message: hello },
      { kind: 'arm', timer: 'deadline', delayMs: WELCOME_TIMEOUT_MS },
    ],
  };
}

function decode(state: OpenState, bytes: Uint8Array, around: Surroundings): Step {
  const decoded = fromHostCodec.decode(bytes);
  if (decoded.kind === 'bad-frame')
    return hangUp({ state, code: CLOSE_CODES.badFrame, reason: decoded.reason, around });
  return receive(state, decoded.message, around);
}

function receive(state: OpenState, message: FromHost, around: Surroundings): Step {
  if (message.type === 'welcome' && state.kind === 'greeting') return welcome(state, message, around);
  if (state.kind === 'connected' && message.type !== 'welcome')
    return { state, effects: [HEARTBEAT, { kind: 'deliver', message }] };
  if (message.type === 'problem')
    return {
      state,
      effects: [log('warn', `the collector says: ${message.problem.subject}: ${message.problem.cause}`)],
    };
  return hangUp({ state, code: CLOSE_CODES.outOfOrder, reason: `${message.type} while ${state.kind}`, around });
}

function welcome(state: OpenState, message: Welcome, around: Surroundings): Step {
  const range = { oldest: message.version, newest: message.version };
  if (negotiateVersion({ guest: SUPPORTED, host: range }).kind === 'too-old')
    return hangUp({
      state,
      code: CLOSE_CODES.version,
      reason: `version ${message.version} is not spoken here`,
      around,
    });
  return {
    state: {
      kind: 'connected',
      failures: state.failures,
      connection: state.connection,
      version: message.version,
      sinceMs: around.nowMs,
    },
    effects: [
      { kind: 'disarm', timer: 'deadline' },
      HEARTBEAT,
      log('info', `connected to collector ${message.collectorVersion}, which knows this guest as ${message.guest}`),
      { kind: 'connected', welcome: message },
    ],
  };
}

function elapsed(state: SessionState, event: Extract<SessionEvent, { kind: 'elapsed' }>, around: Surroundings): Step {
  if (event.timer === 'retry' && state.kind === 'waiting')
    return connect({ failures: state.failures, connection: state.lastConnection + 1 });
  if (event.timer === 'heartbeat' && state.kind === 'connected')
    return hangUp({ state, code: CLOSE_CODES.internal, reason: 'no ping within 45 s', around });
  if (event.timer === 'deadline' && (state.kind === 'connecting' || state.kind === 'greeting'))
    return hangUp({ state, code: CLOSE_CODES.greetingTimeout, reason: `no ${NEXT[state.kind]} in time`, around });
  return stay(state);
}

const NEXT = { connecting: 'connection', greeting: 'welcome' } as const;

function isOpen(state: SessionState): state is OpenState {
  return state.kind === 'connecting' || state.kind === 'greeting' || state.kind === 'connected';
}

const HEARTBEAT: SessionEffect = { kind: 'arm', timer: 'heartbeat', delayMs: HEARTBEAT_TIMEOUT_MS };
const stay = (state: SessionState): Step => ({ state, effects: [] });
const log = (level: 'info' | 'warn', line: string): SessionEffect => ({ kind: 'log', level, line });
