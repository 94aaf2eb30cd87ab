import { expect, it } from 'vitest';
import { createFewAtOnce } from '../../../collector/src/coordinate/few-at-once.ts';

const quiet = () => new Promise((resolve) => setImmediate(resolve));

it('does so much at once, and the rest in the order it came', async () => {
  const fewAtOnce = createFewAtOnce(2);
  const begun: number[] = [];
  const works = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const done = works.map(({ promise }, index) =>
    fewAtOnce(() => {
      begun.push(index);
      return promise;
    }),
  );
  await quiet();
  expect(begun).toEqual([0, 1]);
  works[1]?.resolve();
  await quiet();
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of works) resolve();
  await Promise.all(done);
  expect(begun).toEqual([0, 1, 2, 3]);
});

it('goes on after work that failed, and tells the failure to whoever handed it in', async () => {
  const fewAtOnce = createFewAtOnce(1);
  const failing = fewAtOnce(() => Promise.reject(new Error('no')));
  const next = fewAtOnce(async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});
