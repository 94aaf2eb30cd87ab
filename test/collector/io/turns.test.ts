import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../../collector/src/io/turns.ts';

/** Work that nobody ends until the test does. */
function hang() {
  let end: (value: string) => void = () => {};
  const work = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { work: () => work, end: () => end('late') };
}

const remote = (name: string) => ({ name, isRemote: true });
const soon = async () => 'soon';

it('gives the answer, and null for work that fails', async () => {
  const turns = createTurns();
  expect(await turns.take(remote('/a'), soon)).toBe('soon');
  expect(await turns.take(remote('/a'), () => Promise.reject(new Error('gone')))).toBeNull();
  expect(turns.isSilent('/a')).toBe(false);
});

it('a place that hangs loses itself, at once after the first time, and only itself', async () => {
  const turns = createTurns({ patienceMs: 50 });
  const hung = hang();
  expect(await turns.take(remote('/a'), hung.work)).toBeNull();
  expect(turns.isSilent('/a')).toBe(true);
  let isStarted = false;
  const next = turns.take(remote('/a'), async () => {
    isStarted = true;
    return 'x';
  });
  expect(await next).toBeNull();
  expect(isStarted).toBe(false);
  expect(await turns.take(remote('/b'), soon)).toBe('soon');
  // It answers again, and is asked again.
  hung.end();
  await expect.poll(() => turns.isSilent('/a')).toBe(false);
  expect(await turns.take(remote('/a'), soon)).toBe('soon');
});

it('that hangs holds a quarter of the threads at the most, and all that hang three', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  let started = 0;
  const hungs = Array.from({ length: 60 }, hang);
  const takes = hungs.map(({ work }, index) =>
    turns.take(remote(`/${index % 3}`), () => {
      started += 1;
      return work();
    }),
  );
  expect(started).toBe(12);
  expect(await Promise.all(takes)).toEqual(hungs.map(() => null));
  expect(started).toBe(12);
  // All that may hang does: what is left is for those that were answered before.
  expect(turns.isSilent('/another')).toBe(true);
  for (const { end } of hungs) end();
  await expect.poll(() => turns.isSilent('/another')).toBe(false);
});

it('a program that was stopped for a while blames nobody', async () => {
  const turns = createTurns({ patienceMs: 100 });
  const answer = turns.take(remote('/a'), () => delay(60).then(() => 'x'));
  // As SIGSTOP: nothing runs here, and all timers are due at once.
  const untilMs = performance.now() + 400;
  while (performance.now() < untilMs);
  expect(await answer).toBe('x');
});

it('gives a disk of this host many threads at once when it has just answered, and one that has not answered a few', async () => {
  const turns = createTurns({ threads: 16 });
  const disk = { name: '/a', isRemote: false };
  const counts = { before: 0, after: 0 };
  const hung = Array.from({ length: 200 }, hang);
  const [first] = hung;
  const takes = hung.map(({ work }) => {
    return turns.take(disk, () => {
      counts.after += 1;
      return work();
    });
  });
  counts.before = counts.after;
  first?.end();
  await takes[0];
  await delay(0);
  expect(counts).toEqual({ before: 4, after: 65 });
  for (const { end } of hung) end();
  expect(await Promise.all(takes)).toHaveLength(200);
});
