import { type FromGuest, fromGuestCodec, type Hello, limitReason, type Welcome } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { JoinedChange } from '../model/joined.ts';
import type { Door, Route } from '../model/route.ts';
import type { Clock } from '../ports/clock.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Connection, Transport } from '../ports/transport.ts';
import { stepSession } from './session.ts';
import type { Delivered, SessionEffect, SessionEvent, SessionState } from './session-model.ts';
import type { Setback } from './setback.ts';
import { createTimers } from './timers.ts';

export interface Link {
  start(): void;
  /** Nothing is kept: what is said while not connected is lost. */
  say(message: FromGuest): void;
  /** This guest has a channel: where the session began without one, another begins, with the channel first. */
  goOverToChannel(): void;
  stop(): void;
}

export interface LinkEvents {
  onConnected(welcome: Welcome & { readonly address: string }): void;
  onDisconnected(): void;
  /** The host asked whether we live; every 15 s while connected. */
  onPinged(): void;
  onMessage(message: Delivered): void;
  /** All collectors were tried, and none took this guest; it tries again later. */
  onRejected?(setbacks: readonly Setback[]): void;
}

/**
 * Carries out what the session decides: the one place where its state lives, its timers run and its frames are made.
 */
export function createLink({
  hello,
  readRoutes,
  keep,
  keys,
  transport,
  clock,
  random,
  log,
  events,
}: {
  hello: Hello;
  /** Where collectors are now; asked before each round of connecting. */
  readRoutes: () => Promise<readonly Route[]>;
  /** Resolves once it would outlive a crash. */
  keep: (change: JoinedChange) => Promise<void>;
  keys: Keys;
  transport: Transport;
  clock: Clock;
  random: () => number;
  log: Log;
  events: LinkEvents;
}): Link {
  let state: SessionState = { kind: 'idle' };
  let open: { readonly number: number; readonly connection: Connection } | null = null;
  const timers = createTimers({ clock, onElapsed: (timer) => happen({ kind: 'elapsed', timer }) });

  return {
    start: () => happen({ kind: 'start' }),
    say: (message) => happen({ kind: 'say', message }),
    goOverToChannel: () => happen({ kind: 'channel-found' }),
    stop: () => happen({ kind: 'stop' }),
  };

  function happen(event: SessionEvent): void {
    const step = stepSession(state, event, { nowMs: clock.monotonicMs(), random, hello, keys });
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
  }

  function carryOut(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'prepare':
        void prepare({ connection: effect.connection, readRoutes }).then(happen);
        return;
      case 'connect':
        connect(effect.connection, effect.door);
        return;
      case 'send':
        if (open?.number === effect.connection) open.connection.send(fromGuestCodec.encode(effect.message));
        return;
      case 'close':
        if (open?.number === effect.connection)
          open.connection.close({ code: effect.code, reason: limitReason(effect.reason) });
        return;
      case 'keep':
        void keepChange({ effect, keep }).then(happen);
        return;
      case 'arm':
        timers.arm(effect);
        return;
      case 'disarm':
        timers.disarm(effect.timer);
        return;
      case 'log':
        log[effect.level](effect.line);
        return;
      default:
        tell(effect, events);
    }
  }

  function connect(number: number, door: Door): void {
    const connection = transport.open({
      door,
      handlers: {
        reached: () => happen({ kind: 'reached', connection: number }),
        opened: (opened) => happen({ kind: 'opened', connection: number, opened }),
        frame: (bytes) => happen({ kind: 'frame', connection: number, bytes }),
        pinged() {
          happen({ kind: 'pinged', connection: number });
          if (state.kind === 'connected' && state.connection === number) events.onPinged();
        },
        closed: ({ code, reason }) => happen({ kind: 'closed', connection: number, code, reason }),
      },
    });
    open = { number, connection };
  }
}

type Told = Extract<SessionEffect, { kind: 'connected' | 'disconnected' | 'rejected' | 'deliver' }>;

function tell(effect: Told, events: LinkEvents): void {
  switch (effect.kind) {
    case 'connected':
      events.onConnected({ ...effect.welcome, address: effect.address });
      return;
    case 'disconnected':
      events.onDisconnected();
      return;
    case 'rejected':
      events.onRejected?.(effect.setbacks);
      return;
    case 'deliver':
      events.onMessage(effect.message);
      return;
  }
}

async function prepare({
  connection,
  readRoutes,
}: {
  connection: number;
  readRoutes: () => Promise<readonly Route[]>;
}): Promise<SessionEvent> {
  try {
    return { kind: 'prepared', connection, routes: await readRoutes() };
  } catch (error) {
    return { kind: 'unprepared', connection, reason: toReason(error) };
  }
}

async function keepChange({
  effect: { connection, change },
  keep,
}: {
  effect: Extract<SessionEffect, { kind: 'keep' }>;
  keep: (change: JoinedChange) => Promise<void>;
}): Promise<SessionEvent> {
  try {
    await keep(change);
    return { kind: 'kept', connection, change };
  } catch (error) {
    return { kind: 'unkept', connection, change, reason: toReason(error) };
  }
}
