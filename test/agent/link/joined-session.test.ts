import { CLOSE_CODES, type FromHost, type Hello } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { stepSession } from '../../../agent/src/link/session.ts';
import {
  INSISTING_MS,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from '../../../agent/src/link/session-model.ts';
import { CHANNEL_ROUTE, type Route, toAddress } from '../../../agent/src/model/route.ts';
import { createHostKey } from '../../support/joining/host-key.ts';
import { aCollector, HOST, joinedRoute } from './joined-samples.ts';
import { around, DOOR, DOORS, frame, KEYS, opened, WELCOME } from './session-samples.ts';

type Kind = SessionEffect['kind'];
type Effect<Name extends Kind> = Extract<SessionEffect, { kind: Name }>;

/** A session that the test leads on, one event after the other, always of the connection that is there. */
function begin(routes: readonly Route[]) {
  let state: SessionState = { kind: 'idle' };
  let nowMs = 0;
  let effects: SessionEffect[] = [];
  const lines: string[] = [];
  let hello: Hello | null = null;
  const session = {
    state: () => state,
    lines,
    happen(event: SessionEvent) {
      const step = stepSession(state, event, around(nowMs));
      state = step.state;
      effects = [...step.effects];
      for (const effect of effects) {
        if (effect.kind === 'log') lines.push(effect.line);
        if (effect.kind === 'send' && effect.message.type === 'hello') hello = effect.message;
      }
      return session;
    },
    connection: () => ('connection' in state ? state.connection : 0),
    pass: (ms: number) => {
      nowMs += ms;
      return session;
    },
    of: <Name extends Kind>(kind: Name) => effects.filter((effect): effect is Effect<Name> => effect.kind === kind),
    sent: () => session.of('send').map(({ message }) => message),
    door: () => session.of('connect').map(({ door }) => toAddress(door))[0],
    prepare: (next = routes) => session.happen({ kind: 'prepared', connection: session.connection(), routes: next }),
    open: () => session.happen(opened(session.connection())),
    hello: () => hello as Hello,
    hear: (message: FromHost) =>
      session.happen({ kind: 'frame', connection: session.connection(), bytes: frame(message) }),
    challenge: (renew = false) => session.hear(HOST.challenge({ hello: session.hello(), renew })),
    close: (code: number, reason = '') =>
      session.happen({ kind: 'closed', connection: session.connection(), code, reason }),
    retry: () => session.happen({ kind: 'elapsed', timer: 'retry' }).prepare(),
    greet: () => session.open().challenge(),
    welcome: () => session.greet().hear({ ...WELCOME, version: 4 } as FromHost),
  };
  return session.happen({ kind: 'start' }).prepare();
}

const at = (host: string, id = host) =>
  joinedRoute({ id, doors: [{ kind: 'plain', host, port: 7461 }], collector: aCollector() });
const TWO = [at('192.0.2.1'), at('192.0.2.9')];

it('what a host complains of before it has let this guest in goes into no log, and ends nothing', () => {
  const problem = { code: 'busy', operation: 'x', subject: 'flood', cause: 'again', hint: null };
  const session = begin([joinedRoute()]).open();
  for (let times = 0; times < 3; times++) session.hear({ type: 'problem', about: null, problem });
  session.challenge().hear({ type: 'problem', about: null, problem });
  expect(session.lines).toEqual([]);
  expect(session.hear({ ...WELCOME, version: 4 } as FromHost).state().kind).toBe('connected');
  expect(session.hear({ type: 'problem', about: null, problem }).of('deliver')).toHaveLength(1);
});

describe('a channel that is found', () => {
  it('while connected by a network is gone over to at once, and the network stays behind it', () => {
    const session = begin([joinedRoute()]).welcome();
    session.happen({ kind: 'channel-found' });
    expect(session.of('close')).toMatchObject([{ code: 1001 }]);
    expect(session.of('arm')).toMatchObject([{ timer: 'retry' }]);
    expect(session.of('arm')[0]?.delayMs).toBeLessThanOrEqual(2_000);
    expect(session.lines.at(-1)).toMatch(/^this guest has a port to its host now \(1001, .*trying again in \d s$/);
    session.happen({ kind: 'elapsed', timer: 'retry' }).prepare([CHANNEL_ROUTE, joinedRoute()]);
    expect(session.door()).toBe('the channel');
    expect(session.close(1006).door()).toBe('192.0.2.1:7461');
    // Nobody was there: it is not left again for that.
    session.welcome();
    expect(session.happen({ kind: 'channel-found' }).state().kind).toBe('connected');
    expect(session.of('close')).toEqual([]);
  });

  it.each(['waiting', 'connecting', 'greeting'])('while %s is met on the next round', (kind) => {
    const session = begin([joinedRoute()]);
    if (kind === 'waiting') session.close(1006);
    if (kind === 'greeting') session.open();
    expect(session.state().kind).toBe(kind);
    const before = session.state();
    expect(session.happen({ kind: 'channel-found' }).state()).toEqual(before);
  });
});

describe('a session that has joined', () => {
  it('shows its key, answers the challenge of the host that it knows, and is welcomed', () => {
    const session = begin([joinedRoute()]).open();
    const { seed } = aCollector();
    expect(session.hello()).toMatchObject({ key: KEYS.publicKeyOf(seed), pin: HOST.pin, others: 0 });
    expect(session.challenge().sent()).toMatchObject([{ type: 'credential', join: null, renewed: null }]);
    expect(session.hear({ ...WELCOME, version: 4 } as FromHost).state()).toMatchObject({ kind: 'connected', seed });
    // Nothing is new, so nothing is written.
    expect(session.of('keep')).toEqual([]);
  });

  it('asks by its next pin in plain where the host has the first no more', () => {
    const gone = 'A'.repeat(43);
    const session = begin([joinedRoute({ collector: aCollector({ pins: [gone, HOST.pin] }) })]).open();
    expect(session.hello().pin).toBe(gone);
    // It proves itself by the key that it uses, which this guest has not learned.
    session.hear(createHostKey().challenge({ hello: session.hello() }));
    expect(session.of('close')).toMatchObject([{ code: CLOSE_CODES.wrongKey }]);
    expect(session.retry().open().hello().pin).toBe(HOST.pin);
    session.close(1006).retry().open();
    expect(session.hello().pin).toBe(gone);
  });

  it('draws another nonce for each connection', () => {
    const session = begin([joinedRoute()]).open();
    const first = session.hello().nonce;
    expect(session.close(1006).retry().open().hello().nonce).not.toBe(first);
  });

  it('keeps a new name, and what it joined by a token', () => {
    const collector = aCollector({ joinedAt: null, name: null });
    const session = begin([joinedRoute({ collector, tokenSeed: KEYS.seedOf('AAAAAAAAAAAAAAAAAAAAAA') })]).greet();
    expect(session.sent()).toMatchObject([{ join: { key: KEYS.publicKeyOf(KEYS.seedOf('AAAAAAAAAAAAAAAAAAAAAA')) } }]);
    session.hear({ ...WELCOME, version: 4 } as FromHost);
    expect(session.of('keep')).toMatchObject([{ change: { kind: 'welcomed', seed: collector.seed, name: 'web1' } }]);
  });

  it('keeps where the collector is, and only then says that it has learned it', () => {
    const session = begin([joinedRoute()]).welcome();
    session.hear({ type: 'collector', pins: [HOST.pin], addresses: ['192.0.2.7:7461'] });
    expect(session.sent()).toEqual([]);
    const [{ connection, change } = expect.fail()] = session.of('keep');
    expect(session.happen({ kind: 'kept', connection, change }).sent()).toEqual([
      { type: 'learned', pins: [HOST.pin] },
    ]);
    session.happen({ kind: 'unkept', connection, change, reason: 'the disk is full' });
    expect([session.sent(), session.lines.at(-1)]).toEqual([[], expect.stringContaining('the disk is full')]);
    // Nor on another connection than that on which it was said.
    session.close(1006).retry().greet();
    expect(session.happen({ kind: 'kept', connection, change }).sent()).toEqual([]);
  });

  it('makes a key when it is asked to, keeps it, shows it, and has it from then on', () => {
    const session = begin([joinedRoute()]).open().challenge(true);
    expect([session.state().kind, session.sent()]).toEqual(['keeping', []]);
    const [{ connection, change } = expect.fail()] = session.of('keep');
    const { seed } = aCollector();
    const renewedSeed = change.kind === 'renewing' ? change.renewedSeed : '';
    expect(change).toEqual({ kind: 'renewing', seed, renewedSeed: expect.any(String) });
    session.happen({ kind: 'kept', connection, change });
    expect(session.sent()).toMatchObject([{ renewed: { key: KEYS.publicKeyOf(renewedSeed) } }]);
    session.hear({ ...WELCOME, version: 4 } as FromHost);
    expect(session.of('keep')).toMatchObject([{ change: { kind: 'welcomed', seed: renewedSeed } }]);
  });

  it('shows no key that it could not keep', () => {
    const session = begin([joinedRoute()]).open().challenge(true);
    const [{ connection, change } = expect.fail()] = session.of('keep');
    session.happen({ kind: 'unkept', connection, change, reason: 'the disk is full' });
    expect([session.state().kind, session.sent()]).toEqual(['waiting', []]);
    expect(session.lines.at(-1)).toMatch(/cannot be kept \(4500, the disk is full\); trying again in 45 s/);
  });

  it('shows the key before it when the host knows nothing of the one that it has made', () => {
    const renewedSeed = KEYS.seedOf('BBBBBBBBBBBBBBBBBBBBBA');
    const session = begin([joinedRoute({ collector: aCollector({ renewedSeed }) })]).open();
    expect(session.hello().key).toBe(KEYS.publicKeyOf(renewedSeed));
    session.challenge().close(CLOSE_CODES.unknownKey);
    expect(session.of('keep')).toMatchObject([{ change: { kind: 'not-renewed', seed: renewedSeed } }]);
    expect(session.of('arm')).toEqual([{ kind: 'arm', timer: 'retry', delayMs: 1_500 }]);
  });

  it.each([
    ['a welcome without a challenge', { ...WELCOME, version: 4 } as FromHost, CLOSE_CODES.downgrade],
    ['a challenge by another key', null, CLOSE_CODES.wrongKey],
  ])('closes on %s', (_what, message, code) => {
    const session = begin([
      joinedRoute({ collector: aCollector({ pins: message === null ? ['A'.repeat(43)] : [HOST.pin] }) }),
    ]);
    session.open();
    if (message === null) session.challenge();
    else session.hear(message);
    expect(session.of('close')).toMatchObject([{ code }]);
    expect(session.of('arm')).toEqual([{ kind: 'arm', timer: 'retry', delayMs: 45_000 }]);
  });
});

describe('a round', () => {
  it('takes one door after the other, without waiting in between', () => {
    const session = begin([joinedRoute({ doors: [DOOR, ...DOORS] })]);
    expect(session.close(1006, 'refused').door()).toBe('192.0.2.2:7461');
    expect(session.happen({ kind: 'elapsed', timer: 'deadline' }).door()).toBe('192.0.2.3:7461');
    expect(session.close(1006, 'refused').state()).toMatchObject({ kind: 'waiting', failures: 1 });
    expect(session.lines.at(-1)).toMatch(
      /^192\.0\.2\.1:7461: cannot connect.*; 192\.0\.2\.2:7461: .*; 192\.0\.2\.3:7461: /,
    );
    expect(session.of('rejected')).toMatchObject([{ setbacks: [{ door: 0 }, { door: 1 }, { door: 2 }] }]);
  });

  it('is begun at the door that led in last', () => {
    const session = begin([joinedRoute({ doors: [DOOR, ...DOORS] })])
      .close(1006)
      .welcome()
      .close(1006);
    expect(session.retry().door()).toBe('192.0.2.2:7461');
    expect(session.close(1006).door()).toBe('192.0.2.3:7461');
    expect(session.close(1006).door()).toBe('192.0.2.1:7461');
  });

  it('goes on to the next door where somebody who has proven nothing refuses', () => {
    const session = begin([joinedRoute({ doors: [DOOR, ...DOORS] })])
      .open()
      .close(CLOSE_CODES.revoked);
    expect(session.door()).toBe('192.0.2.2:7461');
  });

  it('does not knock at the other doors of a host that has refused', () => {
    const session = begin([joinedRoute({ doors: [DOOR, ...DOORS] })])
      .greet()
      .close(CLOSE_CODES.revoked);
    expect(session.of('arm')).toEqual([{ kind: 'arm', timer: 'retry', delayMs: 45_000 }]);
    expect(session.lines.at(-1)).toMatch(
      /^the host has revoked the key of this guest \(4403\); .* in 45 s\. .*reinstate GUEST/,
    );
  });

  it('goes to the collector whose host runs this guest', () => {
    const session = begin(TWO).open();
    expect(session.hello().others).toBe(1);
    expect(session.challenge().close(CLOSE_CODES.elsewhere).door()).toBe('192.0.2.9:7461');
    expect(session.welcome().state()).toMatchObject({ kind: 'connected', insists: false });
    expect(session.close(1006).retry().door()).toBe('192.0.2.9:7461');
  });

  it('insists where all say that another host runs it, and asks anew after a while', () => {
    const session = begin(TWO).greet().close(CLOSE_CODES.elsewhere).greet().close(CLOSE_CODES.elsewhere);
    expect(session.door()).toBe('192.0.2.1:7461');
    expect(session.open().hello().others).toBe(0);
    session.challenge().hear({ ...WELCOME, version: 4 } as FromHost);
    expect(session.state()).toMatchObject({ kind: 'connected', insists: true });
    const ping = { kind: 'pinged', connection: session.connection() } as const;
    expect(
      session
        .pass(INSISTING_MS - 1)
        .happen(ping)
        .state().kind,
    ).toBe('connected');
    expect(session.pass(1).happen(ping).state().kind).toBe('waiting');
    expect(session.retry().open().hello().others).toBe(1);
  });

  it('insists on one that is there when another has been away for long', () => {
    const session = begin(TWO);
    for (let round = 0; round < 3; round++) {
      session.close(1006).greet().close(CLOSE_CODES.elsewhere);
      expect(session.state().kind).toBe('waiting');
      session.retry();
    }
    expect(session.close(1006).greet().close(CLOSE_CODES.elsewhere).door()).toBe('192.0.2.9:7461');
    expect(session.open().hello().others).toBe(0);
  });

  it('does not insist twice', () => {
    const session = begin([at('192.0.2.1')])
      .greet()
      .close(CLOSE_CODES.elsewhere)
      .greet()
      .close(CLOSE_CODES.elsewhere);
    expect(session.of('arm')).toEqual([{ kind: 'arm', timer: 'retry', delayMs: 45_000 }]);
  });

  it('leads to the other collector when the guest was moved while it was connected', () => {
    const session = begin(TWO).welcome().close(CLOSE_CODES.elsewhere);
    expect(session.of('disconnected')).toHaveLength(1);
    expect(session.of('arm')).toEqual([{ kind: 'arm', timer: 'retry', delayMs: 1_500 }]);
    expect(session.retry().door()).toBe('192.0.2.9:7461');
  });

  it('waits where there is no collector any more, or nobody can say where one is', () => {
    expect(begin([]).lines.at(-1)).toMatch(/^there is no collector to go to; trying again in 45 s$/);
    const session = begin([joinedRoute()]).close(1006).happen({ kind: 'elapsed', timer: 'retry' });
    session.happen({ kind: 'unprepared', connection: session.connection(), reason: 'the file is broken' });
    expect(session.lines.at(-1)).toBe('the file is broken; trying again in 45 s');
  });
});
