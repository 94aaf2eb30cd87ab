import {
  type Challenge,
  CLOSE_CODES,
  type CloseCode,
  type Credential,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  limitReason,
  SUPPORTED,
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
  /** Asks the other end whether it is there; calls back once, with what comes first: anything of it, or its end. */
  readonly ask: (told: (isThere: boolean) => void) => void;
}

export interface ConnectionDeps {
  readonly socket: GuestSocket;
  readonly clock: Clock;
  readonly log: Log;
  /** What the guest is to prove its key by; null when the session has ended. */
  challenge(hello: Hello): Promise<Challenge | null>;
  /**
   * A guest said who it is, and proved it where that was asked. What it says until this resolves is delivered afterwards; what it may say from then on, the
   * budget says that this resolves with, which is null when the session has ended.
   */
  greet(greeting: {
    readonly hello: Hello;
    readonly version: number;
    readonly credential: Credential | null;
  }): Promise<FrameBudget | null>;
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
  const terms = { supported: SUPPORTED, asksProof: socket.proof.kind === 'network' };
  let asking: ((isThere: boolean) => void)[] = [];
  /** What arrives while the guest is being greeted, so that nothing overtakes the welcome. */
  let early: { readonly message: Delivered; readonly frameBytes: number }[] | null = null;

  function step(event: SessionEvent): void {
    const next = advance(session, event, terms);
    session = next.session;
    for (const effect of next.effects) perform(effect);
    if (session.kind !== 'closed') return;
    tell(false);
    deps.left();
  }

  function tell(isThere: boolean): void {
    const waiting = asking;
    asking = [];
    for (const told of waiting) told(isThere);
  }

  function heard(): void {
    tell(true);
    deps.heard();
  }

  function attempt(work: Promise<void>): void {
    work.catch((error) => {
      log.error({ peer: socket.peer, reason: toReason(error) }, 'greeting failed');
      step({ kind: 'failed' });
    });
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
      case 'challenge':
        return attempt(challenge(effect.hello));
      case 'greet':
        return attempt(greet(effect));
      case 'deliver':
        if (early === null) deps.deliver(effect.message, frameBytes);
        else early.push({ message: effect.message, frameBytes });
        return;
    }
  }

  async function challenge(hello: Hello): Promise<void> {
    const message = await deps.challenge(hello);
    if (message === null || session.kind !== 'proving') return;
    write(message);
    step({ kind: 'challenged' });
  }

  async function greet(greeting: Extract<Effect, { kind: 'greet' }>): Promise<void> {
    early = [];
    const budget = await deps.greet(greeting);
    if (budget === null) return;
    if (!allowance.welcome(budget, clock.monotonicMs())) step({ kind: 'too-many-frames' });
    const waiting = early;
    early = null;
    for (const each of waiting) deps.deliver(each.message, each.frameBytes);
  }

  function frame(bytes: Uint8Array): void {
    // What comes between our close frame and the socket's end is not worth decoding.
    if (session.kind === 'closed') return;
    heard();
    frameBytes = bytes.byteLength;
    const isAllowed = allowance.spend({ nowMs: clock.monotonicMs(), frameBytes });
    step(isAllowed ? fromGuestCodec.decode(bytes) : { kind: 'too-many-frames' });
  }

  const write = (message: FromHost) => socket.send(fromHostCodec.encode(message));

  for (const effect of OPENED.effects) perform(effect);
  return {
    events: {
      frame,
      text: () => step({ kind: 'bad-frame', reason: 'a text frame; messages are binary' }),
      broke: (reason) => deps.tellEnd({ reason }),
      displaced: (reason) => step({ kind: 'no-place', reason }),
      answered: heard,
      closed: () => step({ kind: 'socket-closed' }),
    },
    step,
    isClosed: () => session.kind === 'closed',
    goOnWith: allowance.goOnWith,
    write,
    ask(told) {
      if (session.kind === 'closed') return told(false);
      asking.push(told);
      socket.ping();
    },
  };
}
