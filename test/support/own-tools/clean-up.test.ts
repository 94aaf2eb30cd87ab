import { expect, it } from 'vitest';
import { createCleanUp } from './clean-up.ts';

it('what is added while all is undone is undone before that on which it stands', async () => {
  const told: string[] = [];
  const cleanUp = createCleanUp((text) => told.push(text));
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  cleanUp.add('the folder', async () => void told.push('folder'));
  cleanUp.add('the program in it', async () => {
    await stopped;
    told.push('program');
  });
  const over = cleanUp.run();
  await new Promise((resolve) => setImmediate(resolve));
  // Work that did not hear in time that everything ends.
  cleanUp.add('a scene in it', async () => void told.push('scene'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  stop();
  await over;
  await cleanUp.run();
  expect(told.at(-1)).toBe('folder');
});
