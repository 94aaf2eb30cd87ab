import {
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  type Hello,
  limitReason,
  type Welcome,
} from '@trimtab/protocol';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Connection, Transport } from '../ports/transport.ts';
import { stepSession } from './session.ts';
import type { SessionEffect, SessionEvent, SessionState, SessionTimer } from './session-model.ts';

export interface Link {
  start(): void;
  /** Nothing is kept: what is said while not connected is lost. */
  say(message: FromGuest): void;
  stop(): void;
}

/**
 * Carries out what the session decides: the one place where its state lives, its timers run and its frames are made.
 */
export function createLink({
  url,
  hello,
  transport,
  clock,
  random,
  log,
  onConnected,
  onDisconnected,
  onPinged,
  onMessage,
}: {
  url: string;
  hello: Hello;
  transport: Transport;
  clock: Clock;
  random: () => number;
  log: Log;
  onConnected: (welcome: Welcome) => void;
  onDisconnected: () => void;
  /** The host asked whether we live; every 15 s while connected. */
  onPinged: () => void;
  onMessage: (message: Exclude<FromHost, Welcome>) => void;
}): Link {
  let state: SessionState = { kind: 'idle' };
  let open: { readonly number: number; readonly connection: Connection } | null = null;
  const timers = new Map<SessionTimer, () => void>();

  return {
    start: () => happen({ kind: 'start' }),
    say: (message) => happen({ kind: 'say', message }),
    stop: () => happen({ kind: 'stop' }),
  };

  function happen(event: SessionEvent): void {
    const step = stepSession(state, event, { nowMs: clock.monotonicMs(), random, hello });
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
  }

  function carryOut(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'connect':
        connect(effect.connection);
        return;
      case 'send':
        if (open?.number === effect.connection) open.connection.send(fromGuestCodec.encode(effect.message));
        return;
      case 'close':
        if (open?.number === effect.connection)
          open.connection.close({ code: effect.code, reason: limitReason(effect.reason) });
        return;
      case 'arm':
        disarm(effect.timer);
        timers.set(
          effect.timer,
          clock.after(effect.delayMs, () => happen({ kind: 'elapsed', timer: effect.timer })),
        );
        return;
      case 'disarm':
        disarm(effect.timer);
        return;
      case 'connected':
        onConnected(effect.welcome);
        return;
      case 'disconnected':
        onDisconnected();
        return;
      case 'deliver':
        onMessage(effect.message);
        return;
      case 'log':
        log[effect.level](effect.line);
        return;
    }
  }

  function connect(number: number): void {
    const connection = transport.open({
      url,
      handlers: {
        opened: () => happen({ kind: 'opened', connection: number }),
        frame: (bytes) => happen({ kind: 'frame', connection: number, bytes }),
        pinged() {
          happen({ kind: 'pinged', connection: number });
          if (state.kind === 'connected' && state.connection === number) onPinged();
        },
        closed: ({ code, reason }) => happen({ kind: 'closed', connection: number, code, reason }),
      },
    });
    open = { number, connection };
  }

  function disarm(timer: SessionTimer): void {
    timers.get(timer)?.();
    timers.delete(timer);
  }
}
