import { CLOSE_CODES, type FromHost, fromGuestCodec, fromHostCodec, limitReason, SUPPORTED } from '@trimtab/protocol';
import { Allowance } from './allowance.ts';
import { Asking } from './ask-for-answer.ts';
import type { ConnectionDeps, GuestConnection } from './connection.ts';
import { EarlyMessages } from './early-messages.ts';
import type { FrameBudget } from './frame-budget.ts';
import { createGreet } from './greet-guest.ts';
import {
  advance,
  type Effect,
  GREETING_TIMEOUT_MS,
  OPENED,
  type Session,
  type SessionEvent,
  type Terms,
} from './session.ts';

const TERMS: Readonly<Record<'network' | 'channel', Terms>> = {
  network: { supported: SUPPORTED, asksProof: true },
  channel: { supported: SUPPORTED, asksProof: false },
};

/**
 * Performs what the pure session decides. A class, like all of which each guest has its own: of ten thousand guests, a
 * closure for each of its methods would take 10 MB.
 */
export class Connection implements GuestConnection {
  readonly #deps: ConnectionDeps;
  readonly #allowance: Allowance;
  readonly #early: EarlyMessages;
  readonly #asking = new Asking();
  /** Of the frame that is being taken. */
  #frameBytes = 0;
  #session: Session = OPENED.session;
  #disarm: (() => void) | null = null;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#allowance = new Allowance(deps.clock.monotonicMs());
    this.#early = new EarlyMessages(deps);
    for (const effect of OPENED.effects) this.#perform(effect);
  }

  step(event: SessionEvent): void {
    const next = advance(this.#session, event, TERMS[this.#deps.socket.proof.kind]);
    this.#session = next.session;
    for (const effect of next.effects) this.#perform(effect);
    if (!this.isClosed()) return;
    this.#asking.tell(false);
    this.#deps.left();
  }

  isClosed(): boolean {
    return this.#session.kind === 'closed';
  }

  goOnWith(budget: FrameBudget): void {
    this.#allowance.goOnWith(budget);
  }

  write(message: FromHost): boolean {
    return this.#deps.socket.send(fromHostCodec.encode(message));
  }

  ask(told: (isThere: boolean) => void): void {
    this.#asking.add(told);
    if (this.isClosed()) this.#asking.tell(false);
    else this.#deps.socket.ping();
  }

  frame(bytes: Uint8Array): void {
    // What comes between our close frame and the socket's end is not worth decoding.
    if (this.isClosed()) return;
    this.answered();
    this.#frameBytes = bytes.byteLength;
    const isAllowed = this.#allowance.spend({
      nowMs: this.#deps.clock.monotonicMs(),
      frameBytes: this.#frameBytes,
    });
    this.step(isAllowed ? fromGuestCodec.decode(bytes) : { kind: 'too-many-frames' });
  }

  text(): void {
    this.step({ kind: 'bad-frame', reason: 'a text frame; messages are binary' });
  }

  broke(reason: string): void {
    this.#deps.tellEnd({ reason });
  }

  displaced(reason: string): void {
    this.step({ kind: 'no-place', reason });
  }

  answered(): void {
    this.#asking.tell(true);
    this.#deps.heard();
  }

  closed(): void {
    this.step({ kind: 'socket-closed' });
  }

  #perform(effect: Effect): void {
    const { clock, socket } = this.#deps;
    switch (effect.kind) {
      case 'arm-greeting-timer':
        this.#disarm = clock.after(GREETING_TIMEOUT_MS, () => this.step({ kind: 'greeting-timeout' }));
        return;
      case 'disarm-greeting-timer':
        this.#disarm?.();
        this.#disarm = null;
        return;
      case 'close':
        // Of those that had no place, whoever gave it to others has told.
        if (effect.code !== CLOSE_CODES.tryLater) this.#deps.tellEnd({ code: effect.code, reason: effect.reason });
        socket.close(effect.code, limitReason(effect.reason));
        return;
      case 'challenge':
      case 'greet':
        this.#greet(effect);
        return;
      case 'deliver':
        this.#early.take(effect.message, this.#frameBytes);
        return;
    }
  }

  /** What it takes goes with it. */
  #greet(effect: Extract<Effect, { kind: 'challenge' | 'greet' }>): void {
    const greet = createGreet({
      deps: this.#deps,
      allowance: this.#allowance,
      early: this.#early,
      session: () => this.#session,
      step: (event) => this.step(event),
      write: (message) => this.write(message),
    });
    greet(effect);
  }
}
