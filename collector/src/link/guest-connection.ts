import { type FromHost, fromGuestCodec, fromHostCodec, type Hello, limitReason } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { createFrameBudget } from './frame-budget.ts';
import {
  advance,
  type Delivered,
  type Effect,
  GREETING_TIMEOUT_MS,
  OPENED,
  type Session,
  type SessionEvent,
} from './session.ts';

/** One socket and its session. */
export interface GuestConnection {
  readonly events: SocketEvents;
  readonly step: (event: SessionEvent) => void;
  readonly isClosed: () => boolean;
  /** False when the socket takes no more. */
  readonly write: (message: FromHost) => boolean;
}

export interface ConnectionDeps {
  readonly socket: GuestSocket;
  readonly clock: Clock;
  readonly log: Log;
  /** Who is at the other end, for the log; undefined before it is known. */
  guestName(): string | undefined;
  /** A guest said who it is. What it says until this resolves is delivered afterwards. */
  greet(greeting: { readonly hello: Hello; readonly version: number }): Promise<void>;
  deliver(message: Delivered): void;
  /** Something came from the other end, whatever it was. */
  heard(): void;
  /** The session is over, whether or not a guest was greeted. */
  left(): void;
}

/** Performs what the pure session decides. */
export function openConnection(deps: ConnectionDeps): GuestConnection {
  const { socket, clock, log } = deps;
  const budget = createFrameBudget(clock.monotonicMs());
  let session: Session = OPENED.session;
  let disarm = () => {};
  /** What arrives while the guest is being greeted, so that nothing overtakes the welcome. */
  let early: Delivered[] | null = null;

  function step(event: SessionEvent): void {
    const next = advance(session, event);
    session = next.session;
    for (const effect of next.effects) perform(effect);
    if (session.kind === 'closed') deps.left();
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'arm-greeting-timer':
        disarm = clock.after(GREETING_TIMEOUT_MS, () => step({ kind: 'greeting-timeout' }));
        return;
      case 'disarm-greeting-timer':
        disarm();
        return;
      case 'close':
        log.warn(
          { peer: socket.peer, guest: deps.guestName(), code: effect.code, reason: effect.reason },
          'session closed',
        );
        socket.close(effect.code, limitReason(effect.reason));
        return;
      case 'greet':
        greet(effect.hello, effect.version).catch((error) => {
          log.error({ peer: socket.peer, reason: toCause(error) }, 'greeting failed');
          step({ kind: 'failed' });
        });
        return;
      case 'deliver':
        if (early === null) deps.deliver(effect.message);
        else early.push(effect.message);
        return;
    }
  }

  async function greet(hello: Hello, version: number): Promise<void> {
    early = [];
    await deps.greet({ hello, version });
    const waiting = early;
    early = null;
    for (const message of waiting) deps.deliver(message);
  }

  function frame(bytes: Uint8Array): void {
    // What comes between our close frame and the socket's end is not worth decoding.
    if (session.kind === 'closed') return;
    deps.heard();
    if (!budget.spend({ nowMs: clock.monotonicMs(), frameBytes: bytes.byteLength })) {
      step({ kind: 'too-many-frames' });
      return;
    }
    step(fromGuestCodec.decode(bytes));
  }

  for (const effect of OPENED.effects) perform(effect);
  return {
    events: {
      frame,
      text: () => step({ kind: 'bad-frame', reason: 'a text frame; messages are binary' }),
      answered: () => deps.heard(),
      closed: () => step({ kind: 'socket-closed' }),
    },
    step,
    isClosed: () => session.kind === 'closed',
    write: (message) => socket.send(fromHostCodec.encode(message)),
  };
}
