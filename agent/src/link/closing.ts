import { CLOSE_CODES, SUPPORTED } from '@trimtab/protocol';
import { backoffMs, slowBackoffMs } from './backoff.ts';
import {
  LASTING_MS,
  type OpenState,
  type SessionEffect,
  type SessionState,
  type Step,
  type Surroundings,
} from './session-model.ts';

interface Closing {
  readonly state: OpenState;
  readonly code: number;
  readonly reason: string;
  readonly around: Surroundings;
}

/** This end ends the connection; the transport's own `closed` comes later and is not heard. */
export function hangUp({ state, code, reason, around }: Closing): Step {
  const next = afterClose({ state, code, reason, around });
  return {
    state: next.state,
    effects: [{ kind: 'close', connection: state.connection, code, reason }, ...next.effects],
  };
}

/** Whoever ended it: wait, then try again. */
export function afterClose({ state, code, reason, around: { nowMs, random } }: Closing): Step {
  const lasted = state.kind === 'connected' && nowMs - state.sinceMs >= LASTING_MS;
  const failures = lasted ? 0 : state.failures;
  const delayMs = SLOW.has(code) ? slowBackoffMs({ random }) : backoffMs({ failures, random });
  const effects: SessionEffect[] = [
    { kind: 'disarm', timer: state.kind === 'connected' ? 'heartbeat' : 'deadline' },
    { kind: 'arm', timer: 'retry', delayMs },
    {
      kind: 'log',
      level: 'warn',
      line: `${describeClose({ state, code, reason })}; trying again in ${Math.ceil(delayMs / 1000)} s`,
    },
  ];
  if (state.kind === 'connected') effects.push({ kind: 'disconnected' });
  return {
    state: {
      kind: 'waiting',
      failures: failures + 1,
      lastConnection: state.connection,
      retryAtMs: nowMs + delayMs,
    },
    effects,
  };
}

/** Closes after which an early return would only end the same way. */
const SLOW: ReadonlySet<number> = new Set([CLOSE_CODES.version, CLOSE_CODES.superseded, CLOSE_CODES.tooMany]);

function describeClose({ state, code, reason }: Omit<Closing, 'around'>): string {
  const said = printable(reason);
  if (code === CLOSE_CODES.version)
    return `no version in common with the collector (this agent speaks ${SUPPORTED.oldest} to ${SUPPORTED.newest}): ${said}`;
  if (code === CLOSE_CODES.superseded)
    return 'the collector let another agent take this session: two guests share one identity, or two agents run here';
  const what = state.kind === 'connecting' ? 'cannot connect to the collector' : 'the collector is gone';
  const why = [...(code === NOBODY_CLOSED ? [] : [`${code}`]), ...(said === '' ? [] : [tellStatus(said)])].join(', ');
  return why === '' ? what : `${what} (${why})`;
}

/** RFC 6455, 7.1.5: no close frame said why, so that it says nothing either. */
const NOBODY_CLOSED = 1006;

/** In the words of `ws`, what answered spoke HTTP and no WebSocket. */
function tellStatus(said: string): string {
  const status = /^Unexpected server response: (\d+)$/.exec(said)?.[1];
  return status === undefined ? said : `HTTP status ${status} in the place of a WebSocket`;
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

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
