import type { FromHost } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { Allowance } from './allowance.ts';
import type { ConnectionDeps } from './connection.ts';
import type { EarlyMessages } from './early-messages.ts';
import type { Effect, Session, SessionEvent } from './session.ts';

type Greets = Extract<Effect, { kind: 'challenge' | 'greet' }>;

/** Performs what takes time in a greeting, each in its turn: the challenge, and letting in whoever answered it. */
export function createGreet({
  deps,
  allowance,
  early,
  session,
  step,
  write,
}: {
  readonly deps: Pick<ConnectionDeps, 'challenge' | 'greet' | 'socket' | 'clock' | 'log' | 'line'>;
  readonly allowance: Allowance;
  readonly early: EarlyMessages;
  session(): Session;
  step(event: SessionEvent): void;
  write(message: FromHost): boolean;
}): (effect: Greets) => void {
  async function challenge({ hello }: Extract<Greets, { kind: 'challenge' }>): Promise<void> {
    const message = await deps.line.take('said-hello', () => deps.challenge(hello));
    if (message === null || session().kind !== 'proving') return;
    write(message);
    step({ kind: 'challenged' });
  }

  async function greet(greeting: Extract<Greets, { kind: 'greet' }>): Promise<void> {
    early.hold();
    const rank = greeting.credential === null ? 'said-hello' : 'proven';
    const budget = await deps.line.take(rank, () => deps.greet(greeting));
    if (budget === null) return;
    if (!allowance.welcome(budget, deps.clock.monotonicMs())) step({ kind: 'too-many-frames' });
    early.release();
  }

  return (effect) => {
    const work = effect.kind === 'challenge' ? challenge(effect) : greet(effect);
    work.catch((error) => {
      deps.log.error({ peer: deps.socket.peer, reason: toReason(error) }, 'greeting failed');
      step({ kind: 'failed' });
    });
  };
}
