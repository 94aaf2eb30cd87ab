import { CLOSE_CODES, type FromHost, negotiateVersion, SUPPORTED, speaks, type Welcome } from '@trimtab/protocol';
import { isJoined, toAddress } from '../model/route.ts';
import type { Opened } from '../ports/transport.ts';
import { hangUp } from './closing.ts';
import { type Answered, checkChallenge, showKey } from './proof.ts';
import { doorOf, routeOf, toAttempt } from './rounds.ts';
import {
  HEARTBEAT_TIMEOUT_MS,
  type OpenState,
  type SessionEffect,
  type SessionState,
  type Step,
  type Surroundings,
  WELCOME_TIMEOUT_MS,
} from './session-model.ts';

type State<Kind extends SessionState['kind']> = Extract<SessionState, { kind: Kind }>;

/** The connection is open: who is there? */
export function greet({
  state,
  opened,
  around: { hello, keys },
}: {
  state: State<'connecting'>;
  opened: Opened;
  around: Surroundings;
}): Step {
  const attempt = toAttempt(state);
  const { id, joined } = routeOf(attempt);
  const others = attempt.insists ? 0 : attempt.round.filter((route) => route.id !== id && isJoined(route)).length;
  const shown = joined === null ? null : showKey({ hello, joined, others, opened, failures: state.failures, keys });
  return {
    state: { kind: 'greeting', ...attempt, shown },
    effects: [
      { kind: 'send', connection: attempt.connection, message: shown?.hello ?? hello },
      { kind: 'arm', timer: 'deadline', delayMs: WELCOME_TIMEOUT_MS },
    ],
  };
}

/** Null where it means nothing at this moment. */
export function hearWhileGreeting({
  state,
  message,
  around,
}: {
  state: State<'greeting'>;
  message: FromHost;
  around: Surroundings;
}): Step | null {
  const { shown } = state;
  if (message.type === 'welcome') {
    if (shown === null) return welcome({ state, message, seed: null, around });
    return hangUp({ state, code: CLOSE_CODES.downgrade, reason: 'welcome without a challenge', around });
  }
  if (message.type !== 'challenge' || shown === null) return null;
  const checked = checkChallenge({ shown, challenge: message, keys: around.keys });
  switch (checked.kind) {
    case 'wrong-key':
      return hangUp({ state, code: CLOSE_CODES.wrongKey, reason: 'the key of the challenge is another', around });
    case 'bad-signature':
      return hangUp({ state, code: CLOSE_CODES.badSignature, reason: 'the signature of the challenge', around });
    case 'answered':
      return showCredential({ ...toAttempt(state), answered: checked.answered });
    case 'renewing':
      return {
        state: { kind: 'keeping', ...toAttempt(state), answered: checked.answered },
        effects: [{ kind: 'keep', connection: state.connection, change: checked.change }],
      };
  }
}

export function showCredential(state: Omit<State<'keeping'>, 'kind'>): Step {
  const { connection, answered } = state;
  return {
    state: { kind: 'proving', ...toAttempt(state), answered },
    effects: [{ kind: 'send', connection, message: answered.credential }],
  };
}

export function hearWhileProving({
  state,
  message,
  around,
}: {
  state: State<'proving'>;
  message: FromHost;
  around: Surroundings;
}): Step | null {
  if (message.type !== 'welcome') return null;
  if (!speaks(message.version, 'keys'))
    return hangUp({ state, code: CLOSE_CODES.downgrade, reason: `welcome to version ${message.version}`, around });
  return welcome({ state, message, seed: state.answered.seed, around });
}

function welcome({
  state,
  message,
  seed,
  around,
}: {
  state: State<'greeting' | 'proving'>;
  message: Welcome;
  seed: Answered['seed'] | null;
  around: Surroundings;
}): Step {
  const range = { oldest: message.version, newest: message.version };
  if (negotiateVersion({ guest: SUPPORTED, host: range }).kind === 'too-old')
    return hangUp({
      state,
      code: CLOSE_CODES.version,
      reason: `version ${message.version} is not spoken here`,
      around,
    });
  return {
    state: { kind: 'connected', ...toAttempt(state), version: message.version, sinceMs: around.nowMs, seed },
    effects: [
      { kind: 'disarm', timer: 'deadline' },
      { kind: 'arm', timer: 'heartbeat', delayMs: HEARTBEAT_TIMEOUT_MS },
      {
        kind: 'log',
        level: 'info',
        line: `connected to collector ${message.collectorVersion}, which knows this guest as ${message.guest}`,
      },
      ...keepWelcome({ state, message, seed }),
      { kind: 'connected', welcome: message, address: toAddress(doorOf(state)) },
    ],
  };
}

/** Once, and when it is called otherwise: a guest that reconnects writes nothing. */
function keepWelcome({
  state,
  message: { guest: name },
  seed,
}: {
  state: OpenState;
  message: Welcome;
  seed: string | null;
}): readonly SessionEffect[] {
  const { joined } = routeOf(state);
  if (joined === null || seed === null) return [];
  const { collector } = joined;
  const isKept = collector.joinedAt !== null && collector.seed === seed && collector.name === name;
  if (isKept && collector.renewedSeed === null) return [];
  return [{ kind: 'keep', connection: state.connection, change: { kind: 'welcomed', seed, name } }];
}
