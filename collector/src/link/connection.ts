import type { Challenge, CloseCode, Credential, FromHost, Hello } from '@trimtab/protocol';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Line } from '../ports/line.ts';
import type { Log } from '../ports/log.ts';
import type { FrameBudget } from './frame-budget.ts';
import type { Delivered, SessionEvent } from './session.ts';

/** One socket and its session. What the socket's owner calls is of it as well. */
export interface GuestConnection extends SocketEvents {
  step(event: SessionEvent): void;
  isClosed(): boolean;
  /** What it may say from now on; it is another's to say than it was. */
  goOnWith(budget: FrameBudget): void;
  /** False when the socket takes no more. */
  write(message: FromHost): boolean;
  /** Asks the other end whether it is there; calls back once, with what comes first: anything of it, or its end. */
  ask(told: (isThere: boolean) => void): void;
}

export interface ConnectionDeps {
  readonly socket: GuestSocket;
  readonly clock: Clock;
  readonly log: Log;
  readonly line: Line;
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
