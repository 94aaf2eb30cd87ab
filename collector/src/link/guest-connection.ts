import {
  CLOSE_CODES,
  type CloseCode,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  limitReason,
} from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { createAllowance } from './allowance.ts';
import type { FrameBudget } from './frame-budget.ts';
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
  /** What it may say from now on; it is another's to say than it was. */
  readonly goOnWith: (budget: FrameBudget) => void;
  /** False when the socket takes no more. */
  readonly write: (message: FromHost) => boolean;
}

export interface ConnectionDeps {
  readonly socket: GuestSocket;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * A guest said who it is. What it says until this resolves is delivered afterwards; what it may say from then on, the
   * budget says that this resolves with, which is null when the session has ended.
   */
  greet(greeting: { readonly hello: Hello; readonly version: number }): Promise<FrameBudget | null>;
  deliver(message: Delivered, frameBytes: number): void;
  /** Why this end ends the session, for the log. */
  tellEnd(why: { readonly code?: CloseCode; readonly reason: string }): void;
  /** Something came from the other end, whatever it was. */
  heard(): void;
  /** The session is over, whether or not a guest was greeted. */
  left(): void;
}

/** Performs what the pure session decides. */
export function openConnection(deps: ConnectionDeps): GuestConnection {
  const { socket, clock, log } = deps;
  const allowance = createAllowance(clock.monotonicMs());
  /** Of the frame that is being taken. */
  let frameBytes = 0;
  let session: Session = OPENED.session;
  let disarm = () => {};
  /** What arrives while the guest is being greeted, so that nothing overtakes the welcome. */
  let early: { readonly message: Delivered; readonly frameBytes: number }[] | null = null;

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
        // Of those that had no place, whoever gave it to others has told.
        if (effect.code !== CLOSE_CODES.tryLater) deps.tellEnd({ code: effect.code, reason: effect.reason });
        socket.close(effect.code, limitReason(effect.reason));
        return;
      case 'greet':
        greet(effect.hello, effect.version).catch((error) => {
          log.error({ peer: socket.peer, reason: toReason(error) }, 'greeting failed');
          step({ kind: 'failed' });
        });
        return;
      case 'deliver':
        if (early === null) deps.deliver(effect.message, frameBytes);
        else early.push({ message: effect.message, frameBytes });
        return;
    }
  }

  async function greet(hello: Hello, version: number): Promise<void> {
    early = [];
    const budget = await deps.greet({ hello, version });
    if (budget === null) return;
    if (!allowance.welcome(budget, clock.monotonicMs())) step({ kind: 'too-many-frames' });
    const waiting = early;
    early = null;
    for (const each of waiting) deps.deliver(each.message, each.frameBytes);
  }

  function frame(bytes: Uint8Array): void {
    // What comes between our close frame and the socket's end is not worth decoding.
    if (session.kind === 'closed') return;
    deps.heard();
    frameBytes = bytes.byteLength;
    const isAllowed = allowance.spend({ nowMs: clock.monotonicMs(), frameBytes });
    step(isAllowed ? fromGuestCodec.decode(bytes) : { kind: 'too-many-frames' });
  }

  for (const effect of OPENED.effects) perform(effect);
  return {
    events: {
      frame,
      text: () => step({ kind: 'bad-frame', reason: 'a text frame; messages are binary' }),
      broke: (reason) => deps.tellEnd({ reason }),
      displaced: (reason) => step({ kind: 'no-place', reason }),
      answered: () => deps.heard(),
      closed: () => step({ kind: 'socket-closed' }),
    },
    step,
    isClosed: () => session.kind === 'closed',
    goOnWith: allowance.goOnWith,
    write: (message) => socket.send(fromHostCodec.encode(message)),
  };
}
