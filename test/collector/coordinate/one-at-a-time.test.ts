import { expect, it } from 'vitest';
import { createOneAtATime } from '../../../collector/src/coordinate/one-at-a-time.ts';

it('does what is handed in under one key in its order, each after the one before', async () => {
  const oneAtATime = createOneAtATime<string>();
  const seen: string[] = [];
  const step = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([oneAtATime('a', step('first')), oneAtATime('a', step('second'))])).toEqual([
    'first',
    'second',
  ]);
  expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

it('goes on after work that failed, and tells the failure to whoever handed it in', async () => {
  const oneAtATime = createOneAtATime<string>();
  const failing = oneAtATime('a', () => Promise.reject(new Error('no')));
  const next = oneAtATime('a', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

it('lets other keys go on meanwhile', async () => {
  const oneAtATime = createOneAtATime<string>();
  const held = Promise.withResolvers<string>();
  const waiting = oneAtATime('a', () => held.promise);
  expect(await oneAtATime('b', async () => 'b')).toBe('b');
  held.resolve('a');
  expect(await waiting).toBe('a');
});
