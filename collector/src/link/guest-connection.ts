import { CLOSE_CODES, type FromHost, fromGuestCodec, fromHostCodec, limitReason, SUPPORTED } from '@trimtab/protocol';
import { createAllowance } from './allowance.ts';
import { createAsking } from './ask-for-answer.ts';
import type { ConnectionDeps, GuestConnection } from './connection.ts';
import { createEarlyMessages } from './early-messages.ts';
import { createGreet } from './greet-guest.ts';
import { advance, type Effect, GREETING_TIMEOUT_MS, OPENED, type Session, type SessionEvent } from './session.ts';

/** Performs what the pure session decides. */
export function openConnection(deps: ConnectionDeps): GuestConnection {
  const { socket, clock } = deps;
  const allowance = createAllowance(clock.monotonicMs());
  /** Of the frame that is being taken. */
  let frameBytes = 0;
  let session: Session = OPENED.session;
  let disarm = () => {};
  const terms = { supported: SUPPORTED, asksProof: socket.proof.kind === 'network' };
  const asking = createAsking();
  const early = createEarlyMessages(deps.deliver);
  const write = (message: FromHost) => socket.send(fromHostCodec.encode(message));
  const greet = createGreet({ deps, allowance, early, session: () => session, step, write });

  function step(event: SessionEvent): void {
    const next = advance(session, event, terms);
    session = next.session;
    for (const effect of next.effects) perform(effect);
    if (session.kind !== 'closed') return;
    asking.tell(false);
    deps.left();
  }

  function heard(): void {
    asking.tell(true);
    deps.heard();
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
      case 'greet':
        greet(effect);
        return;
      case 'deliver':
        early.take(effect.message, frameBytes);
        return;
    }
  }

  function frame(bytes: Uint8Array): void {
    // What comes between our close frame and the socket's end is not worth decoding.
    if (session.kind === 'closed') return;
    heard();
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
      answered: heard,
      closed: () => step({ kind: 'socket-closed' }),
    },
    step,
    isClosed: () => session.kind === 'closed',
    goOnWith: allowance.goOnWith,
    write,
    ask(told) {
      asking.add(told);
      if (session.kind === 'closed') asking.tell(false);
      else socket.ping();
    },
  };
}
