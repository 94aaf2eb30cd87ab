import { CLOSE_CODES, type FromGuest, type FromHost, type Hello } from '@trimtab/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stepSession } from '../../../agent/src/link/session.ts';
import type { SessionEvent, SessionState, SessionTimer } from '../../../agent/src/link/session-model.ts';
import type { JoinedChange } from '../../../agent/src/model/joined.ts';
import { createRandom } from '../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { aCollector, HOST, joinedRoute } from './joined-samples.ts';
import {
  around,
  DOORS,
  frame,
  GRANT,
  KEYS,
  opened,
  prepared,
  TRIM_ID,
  UNPROVEN_ROUTE,
  WELCOME,
} from './session-samples.ts';

const EVENTS = 500;

/** The timer that each state must have armed, and no other. */
const TIMER: Readonly<Record<SessionState['kind'], SessionTimer | null>> = {
  idle: null,
  waiting: 'retry',
  preparing: 'deadline',
  connecting: 'deadline',
  greeting: 'deadline',
  keeping: 'deadline',
  proving: 'deadline',
  connected: 'heartbeat',
  stopped: null,
};

const SEEDS = seedsFor({ suite: 10 });

it(`whatever happens, in any order, the session stays sound (${nameSeeds(SEEDS)})`, async () => {
  for (const seed of SEEDS) await underSeed(seed, () => checkSession(seed));
});

function checkSession(seed: number): void {
  const random = createRandom(seed);
  const session = createObservedSession(random);
  session.happen({ kind: 'start' });
  for (let count = 0; count < EVENTS; count++) session.happen(drawEvent({ random, session }));
  const all = new Set(Object.keys(TIMER).filter((kind) => kind !== 'idle' && kind !== 'stopped'));
  expect(session.reached()).toEqual(all);

  checkWayOut(session);
}

it('every state has a way out, and none leaves a timer behind when it is stopped', () => {
  const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(draws, (drawn) => {
      let count = 0;
      const random = () => drawn[count++ % drawn.length] ?? 0;
      const session = createObservedSession(random);
      session.happen({ kind: 'start' });
      for (let events = 0; events < drawn.length / 4; events++) session.happen(drawEvent({ random, session }));
      checkWayOut(session);
    }),
    { numRuns: 200 },
  );
});

function checkWayOut(session: Observed): void {
  // However it was left, it tries again once the world is quiet: each timer that runs out leads on.
  const before = session.newest();
  for (let count = 0; count < 40 && session.newest() === before; count++) {
    const state = session.state();
    if (state.kind === 'preparing') session.happen(prepared([UNPROVEN_ROUTE], state.connection));
    else session.happen({ kind: 'elapsed', timer: session.armed() });
  }
  expect(session.newest()).toBeGreaterThan(before);

  // And from wherever it stands it can be stopped, with nothing left behind.
  session.happen({ kind: 'stop' });
  expect([session.state().kind, session.timers().size]).toEqual(['stopped', 0]);
}

interface Observed {
  happen(event: SessionEvent): void;
  newest(): number;
  reached(): ReadonlySet<string>;
  armed(): SessionTimer;
  timers(): ReadonlySet<SessionTimer>;
  state(): SessionState;
  /** The last hello, and the last change that was to be kept. */
  hello(): Hello | null;
  change(): JoinedChange | null;
}

/** A session whose effects are checked as they come. */
function createObservedSession(random: () => number): Observed {
  let state: SessionState = { kind: 'idle' };
  let nowMs = 0;
  let newest = 0;
  let greeted = 0;
  let up = false;
  let hello: Hello | null = null;
  let change: JoinedChange | null = null;
  const timers = new Set<SessionTimer>();
  const reached = new Set<string>();

  function checkSaid(message: FromGuest, before: SessionState): void {
    if (message.type === 'hello') {
      expect([greeted < newest, before.kind]).toEqual([true, 'connecting']);
      greeted = newest;
      hello = message;
      return;
    }
    expect(greeted).toBe(newest);
    // Nothing but the proof goes to whoever has not been welcomed, and that only to whoever has proven the key.
    if (message.type === 'credential') expect(['greeting', 'keeping']).toContain(before.kind);
    else expect(before.kind).toBe('connected');
  }

  function happen(event: SessionEvent): void {
    nowMs += Math.floor(random() * 40_000);
    const before = state;
    const step = stepSession(state, event, around(nowMs, random));
    state = step.state;
    reached.add(state.kind);
    for (const effect of step.effects) {
      switch (effect.kind) {
        case 'prepare':
          expect(effect.connection).toBeGreaterThan(newest);
          break;
        case 'connect':
          expect(effect.connection).toBeGreaterThan(newest);
          newest = effect.connection;
          break;
        case 'send':
          expect(effect.connection).toBe(newest);
          checkSaid(effect.message, before);
          break;
        case 'close':
          expect(effect.connection).toBe(newest);
          break;
        case 'keep':
          change = effect.change;
          break;
        case 'arm':
          timers.add(effect.timer);
          expect(effect.delayMs).toBeGreaterThanOrEqual(1_000);
          expect(effect.delayMs).toBeLessThanOrEqual(60_000);
          break;
        case 'disarm':
          timers.delete(effect.timer);
          break;
        case 'connected':
          expect(up).toBe(false);
          // A guest that showed a key was answered by one that it knows.
          expect(before.kind).toBe(hello?.key === null ? 'greeting' : 'proving');
          up = true;
          break;
        case 'disconnected':
          expect(up).toBe(true);
          up = false;
          break;
        case 'deliver':
          expect(up).toBe(true);
          break;
      }
    }
    if (event.kind === 'elapsed' && TIMER[state.kind] !== event.timer) timers.delete(event.timer);
    expect([...timers]).toEqual(TIMER[state.kind] === null ? [] : [TIMER[state.kind]]);
    expect(up).toBe(state.kind === 'connected');
  }

  return {
    happen,
    newest: () => newest,
    reached: () => reached,
    armed: (): SessionTimer => TIMER[state.kind] ?? 'retry',
    timers: () => timers,
    state: () => state,
    hello: () => hello,
    change: () => change,
  };
}

const CODES = [1000, 1006, 1013, 4400, ...Object.values(CLOSE_CODES)];
const ROUTES = [
  [UNPROVEN_ROUTE],
  [joinedRoute()],
  [joinedRoute({ doors: DOORS })],
  [joinedRoute(), joinedRoute({ id: 'second', doors: DOORS })],
  [joinedRoute({ collector: { ...aCollector(), renewedSeed: KEYS.seedOf('BBBBBBBBBBBBBBBBBBBBBA'), joinedAt: null } })],
  [],
];

/** Mostly of the connection that is there, sometimes of one that was; often what a connection that goes well brings. */
function drawEvent({ random, session }: { random: () => number; session: Observed }): SessionEvent {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const state = session.state();
  const current = 'connection' in state ? state.connection : session.newest();
  const connection = random() < 0.8 ? current : Math.max(1, current - pick([1, 2, 5]));
  const say = (message: FromHost): SessionEvent => ({ kind: 'frame', connection, bytes: frame(message) });
  const welcome = { ...WELCOME, version: pick([1, 4, 4, 4]) } as FromHost;
  const hello = session.hello();
  const challenge = (): SessionEvent => {
    if (hello === null || hello.key === null) return say(GRANT);
    return say(HOST.challenge({ hello, renew: random() < 0.4, ...(random() < 0.2 ? { binding: 'other' } : {}) }));
  };
  const change = session.change();
  const kept = (): SessionEvent => {
    if (change === null) return { kind: 'pinged', connection };
    return random() < 0.8
      ? { kind: 'kept', connection, change }
      : { kind: 'unkept', connection, change, reason: 'full' };
  };
  const next: SessionEvent[] = [];
  if (state.kind === 'preparing') next.push({ kind: 'prepared', connection, routes: pick(ROUTES) });
  if (state.kind === 'connecting') next.push(opened(connection));
  if (state.kind === 'greeting') next.push(hello?.key === null ? say(welcome) : challenge());
  if (state.kind === 'keeping') next.push(kept());
  if (state.kind === 'proving') next.push(say(welcome));
  if (state.kind === 'waiting') next.push({ kind: 'elapsed', timer: 'retry' });
  if (next[0] !== undefined && random() < 0.6) return next[0];
  return pick<() => SessionEvent>([
    () => ({ kind: 'start' }),
    () => ({ kind: 'prepared', connection, routes: pick(ROUTES) }),
    () => ({ kind: 'unprepared', connection, reason: 'broken' }),
    () => ({ kind: 'reached', connection }),
    () => opened(connection),
    () => say(welcome),
    challenge,
    kept,
    () => say(GRANT),
    () => say({ type: 'collector', pins: [HOST.pin], addresses: ['192.0.2.9:7461'] }),
    () => ({ kind: 'frame', connection, bytes: frame(pick([WELCOME, GRANT])).subarray(0, pick([0, 1, 5, 20])) }),
    () => ({ kind: 'pinged', connection }),
    () => ({ kind: 'channel-found' }),
    () => ({ kind: 'closed', connection, code: pick(CODES), reason: 'x' }),
    () => ({ kind: 'elapsed', timer: pick(['retry', 'deadline', 'heartbeat']) }),
    () => ({ kind: 'say', message: { type: 'started', trimId: TRIM_ID, startedAt: 1 } }),
  ])();
}
