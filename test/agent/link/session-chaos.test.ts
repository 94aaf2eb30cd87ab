import { expect, it } from 'vitest';
import { stepSession } from '../../../agent/src/link/session.ts';
import type { SessionEvent, SessionState, SessionTimer } from '../../../agent/src/link/session-model.ts';
import { createRandom } from '../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { around, frame, GRANT, TRIM_ID, WELCOME } from './session-samples.ts';

const EVENTS = 2_000;

/** The timer that each state must have armed, and no other. */
const TIMER: Readonly<Record<SessionState['kind'], SessionTimer | null>> = {
  idle: null,
  waiting: 'retry',
  connecting: 'deadline',
  greeting: 'deadline',
  connected: 'heartbeat',
  stopped: null,
};

const SEEDS = seedsFor({ suite: 50 });

it(`whatever happens, in any order, the session stays sound (${nameSeeds(SEEDS)})`, async () => {
  for (const seed of SEEDS) await underSeed(seed, () => checkSession(seed));
});

function checkSession(seed: number): void {
  const random = createRandom(seed);
  const session = createObservedSession(random);
  session.happen({ kind: 'start' });
  for (let count = 0; count < EVENTS; count++) session.happen(drawEvent({ random, newest: session.newest() }));
  expect(session.reached()).toEqual(new Set(['waiting', 'connecting', 'greeting', 'connected']));

  // However it was left, it tries again once the world is quiet: each timer that runs out leads on.
  const before = session.newest();
  for (let count = 0; count < 4 && session.newest() === before; count++)
    session.happen({ kind: 'elapsed', timer: session.armed() });
  expect(session.newest()).toBe(before + 1);
}

/** A session whose effects are checked as they come. */
function createObservedSession(random: () => number) {
  let state: SessionState = { kind: 'idle' };
  let nowMs = 0;
  let newest = 0;
  let greeted = 0;
  let up = false;
  const timers = new Set<SessionTimer>();
  const reached = new Set<string>();

  function happen(event: SessionEvent): void {
    nowMs += Math.floor(random() * 40_000);
    const before = state;
    const step = stepSession(state, event, around(nowMs, random));
    state = step.state;
    reached.add(state.kind);
    for (const effect of step.effects) {
      switch (effect.kind) {
        case 'connect':
          expect(effect.connection).toBe(newest + 1);
          newest = effect.connection;
          break;
        case 'send':
          expect(effect.connection).toBe(newest);
          if (effect.message.type === 'hello') {
            expect(greeted).toBeLessThan(newest);
            greeted = newest;
          } else expect([before.kind, greeted]).toEqual(['connected', newest]);
          break;
        case 'close':
          expect(effect.connection).toBe(newest);
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
  };
}

/** Mostly of the connection that is there, sometimes of one that was; often what a connection that goes well brings. */
function drawEvent({ random, newest }: { random: () => number; newest: number }): SessionEvent {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const connection = random() < 0.8 ? newest : Math.max(1, newest - pick([1, 2, 5]));
  return pick<() => SessionEvent>([
    () => ({ kind: 'start' }),
    () => ({ kind: 'opened', connection }),
    () => ({ kind: 'opened', connection }),
    () => ({ kind: 'frame', connection: newest, bytes: frame(WELCOME) }),
    () => ({ kind: 'frame', connection: newest, bytes: frame(WELCOME) }),
    () => ({ kind: 'frame', connection, bytes: frame(GRANT) }),
    () => ({ kind: 'frame', connection, bytes: frame(pick([WELCOME, GRANT])).subarray(0, pick([0, 1, 5, 20])) }),
    () => ({ kind: 'pinged', connection }),
    () => ({ kind: 'closed', connection, code: pick([1000, 1006, 4400, 4406, 4409, 4429]), reason: 'x' }),
    () => ({ kind: 'elapsed', timer: pick(['retry', 'deadline', 'heartbeat']) }),
    () => ({ kind: 'elapsed', timer: 'retry' }),
    () => ({ kind: 'say', message: { type: 'started', trimId: TRIM_ID, startedAt: 1 } }),
  ])();
}
