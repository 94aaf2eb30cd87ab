import { expect, it } from 'vitest';
import { createHeartbeats } from '../../../collector/src/io/agents/heartbeats.ts';
import { createTestClock } from '../../support/test-clock.ts';

const SECOND = 1_000;
const PING_INTERVAL_MS = 15 * SECOND;

function start() {
  const clock = createTestClock();
  const heartbeats = createHeartbeats(clock);
  const join = () => {
    const beatsAt: number[] = [];
    const beating = { beat: () => beatsAt.push(clock.monotonicMs()) };
    const turn = heartbeats.add(beating);
    return { beatsAt, leave: () => heartbeats.remove(beating, turn) };
  };
  return { clock, join };
}

it('each is pinged once in the interval, whenever it came, and none once it has left', () => {
  const { clock, join } = start();
  const beganMs = clock.monotonicMs();
  const all = Array.from({ length: 40 }, () => {
    const one = join();
    clock.advance(SECOND);
    return { ...one, cameMs: clock.monotonicMs() - SECOND };
  });
  const [first] = all;
  first?.leave();
  const leftMs = clock.monotonicMs();
  for (let passed = 0; passed < 60; passed += 1) clock.advance(SECOND);
  for (const { beatsAt, cameMs } of all) {
    expect(beatsAt[0]).toBeGreaterThan(cameMs + PING_INTERVAL_MS - 2 * SECOND);
    expect(beatsAt[0]).toBeLessThanOrEqual(cameMs + PING_INTERVAL_MS);
    const gaps = beatsAt.slice(1).map((at, index) => at - (beatsAt[index] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([PING_INTERVAL_MS]));
  }
  expect(first?.beatsAt.at(-1)).toBeLessThanOrEqual(leftMs);
  expect(all.at(-1)?.beatsAt.at(-1)).toBeGreaterThan(clock.monotonicMs() - PING_INTERVAL_MS - SECOND);
  expect(beganMs).toBeLessThan(leftMs);
});

it('one that leaves while it is pinged keeps none of the others from it', () => {
  const { clock, join } = start();
  const leaving: (() => void)[] = [];
  const [one, other] = [join(), join()];
  leaving.push(one.leave);
  one.beatsAt.push = (...at) => {
    for (const leave of leaving.splice(0)) leave();
    return at.length;
  };
  clock.advance(PING_INTERVAL_MS);
  expect(other.beatsAt).toHaveLength(1);
});

it('while nobody is there, no timer is', () => {
  const { clock, join } = start();
  expect(clock.armed()).toBe(0);
  const [one, other] = [join(), join()];
  one.leave();
  one.leave();
  expect(clock.armed()).toBe(1);
  other.leave();
  expect(clock.armed()).toBe(0);
  join();
  expect(clock.armed()).toBe(1);
});
