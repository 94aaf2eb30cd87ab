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
  expect(turns.isSilent(remote('/a'))).toBe(false);
});

it('a place that hangs loses itself, at once after the first time, and only itself', async () => {
  const turns = createTurns({ patienceMs: 50 });
  const hung = hang();
  expect(await turns.take(remote('/a'), hung.work)).toBeNull();
  expect(turns.isSilent(remote('/a'))).toBe(true);
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
  await expect.poll(() => turns.isSilent(remote('/a'))).toBe(false);
  expect(await turns.take(remote('/a'), soon)).toBe('soon');
});

it('that hangs holds one thread where nothing of it has answered, and a quarter of them at the most', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const started = { '/gone': 0, '/went': 0 };
  const hangAt = (name: keyof typeof started) =>
    Array.from({ length: 20 }, () => {
      const { work, end } = hang();
      const take = turns.take(remote(name), () => {
        started[name] += 1;
        return work();
      });
      return { take, end };
    });
  const answers = turns.take(remote('/went'), soon);
  const all = [...hangAt('/gone'), ...hangAt('/went')];
  expect(await answers).toBe('soon');
  expect(await Promise.all(all.map(({ take }) => take))).toEqual(all.map(() => null));
  expect(started).toEqual({ '/gone': 1, '/went': 4 });
  for (const { end } of all) end();
});

it('where much hangs, no other server is asked, and the disks of this host are', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const hungs = Array.from({ length: 12 }, hang);
  await Promise.all(hungs.map(({ work }, index) => turns.take(remote(`/${index}`), work)));
  expect(turns.isSilent(remote('/another'))).toBe(true);
  expect(await turns.take(remote('/another'), soon)).toBeNull();
  expect(await turns.take({ name: '/', isRemote: false }, soon)).toBe('soon');
  for (const { end } of hungs) end();
  await expect.poll(() => turns.isSilent(remote('/another'))).toBe(false);
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
