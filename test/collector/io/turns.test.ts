import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns, type NamedPlace } from '../../../collector/src/io/turns.ts';

/** Work that nobody ends until the test does. */
function hang() {
  let end: (value: string) => void = () => {};
  const work = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { work: () => work, end: () => end('late') };
}

const remote = (name: string) => ({ name, device: name, isRemote: true });
const disk = (device: string, name = device) => ({ name, device, isRemote: false });
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
  expect(await turns.take(disk('/'), soon)).toBe('soon');
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

/** Takes so many turns, and tells how many have begun; the work ends where `hung` does. */
function takeMany(turns: ReturnType<typeof createTurns>, { place, count }: { place: NamedPlace; count: number }) {
  const many = { begun: 0, hung: Array.from({ length: count }, hang), takes: [] as Promise<unknown>[] };
  many.takes = many.hung.map(({ work }) =>
    turns.take(place, () => {
      many.begun += 1;
      return work();
    }),
  );
  return many;
}

it('a disk of this host that hangs just after it answered loses itself, and half of the threads at the most', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const dead = takeMany(turns, { place: disk('8:1'), count: 200 });
  dead.hung[0]?.end();
  expect(await dead.takes[0]).toBe('late');
  await delay(0);
  // The one that was answered, and eight that are not.
  expect(dead.begun).toBe(9);
  const other = takeMany(turns, { place: disk('8:2'), count: 200 });
  expect(other.begun).toBe(4);
  for (const { end } of other.hung) end();
  expect(await Promise.all(other.takes)).toEqual(other.takes.map(() => 'late'));
  expect(await Promise.all(dead.takes)).toEqual(dead.takes.map((_, index) => (index === 0 ? 'late' : null)));
  expect(dead.begun).toBe(9);
  expect([turns.isSilent(disk('8:1')), turns.isSilent(disk('8:2'))]).toEqual([true, false]);
  expect(await turns.take(disk('8:2'), soon)).toBe('soon');
  for (const { end } of dead.hung) end();
});

it('however many disks hang at once, the memory of the kernel can be read', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const many = ['a', 'b', 'c', 'd'].map((name) => takeMany(turns, { place: disk(name), count: 50 }));
  expect(many.map(({ begun }) => begun)).toEqual([8, 4, 2, 1]);
  expect(await turns.take(disk('0:21', '/proc'), soon)).toBe('soon');
  for (const { end } of many.flatMap(({ hung }) => hung)) end();
});

it('the folders of one disk share its threads; of those that answer beside one that hangs one call is under way', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const links = takeMany(turns, { place: disk('8:1', '/srv/links'), count: 50 });
  const beside = takeMany(turns, { place: disk('8:1', '/srv/guests'), count: 50 });
  expect([links.begun, beside.begun]).toEqual([8, 0]);
  expect(await Promise.all(links.takes)).toEqual(links.takes.map(() => null));
  expect(beside.begun).toBe(1);
  for (const { end } of beside.hung) end();
  expect(await Promise.all(beside.takes)).toEqual(beside.takes.map(() => 'late'));
  for (const { end } of links.hung) end();
});

it('of a disk that is gone, with all of its folders, a quarter of the threads is never taken', async () => {
  const turns = createTurns({ patienceMs: 50, threads: 16 });
  const folders = [...'abcdefghij'].map((name) => takeMany(turns, { place: disk('8:1', name), count: 50 }));
  for (const { takes } of folders) expect(await Promise.all(takes)).toEqual(takes.map(() => null));
  const begun = folders.reduce((sum, folder) => sum + folder.begun, 0);
  expect(begun).toBe(12);
  expect(await turns.take(disk('8:2'), soon)).toBe('soon');
  for (const { end } of folders.flatMap(({ hung }) => hung)) end();
});

it('however many servers are asked at once, a quarter of the threads is left, and each has its turn', async () => {
  const turns = createTurns({ threads: 16 });
  const servers = Array.from({ length: 40 }, (_, index) =>
    takeMany(turns, { place: remote(`/proc/${index}`), count: 3 }),
  );
  expect(servers.reduce((sum, { begun }) => sum + begun, 0)).toBe(12);
  expect(await turns.take(disk('8:1'), soon)).toBe('soon');
  for (const { end } of servers.flatMap(({ hung }) => hung)) end();
  await Promise.all(servers.flatMap(({ takes }) => takes));
  expect(servers.map(({ begun }) => begun)).toEqual(servers.map(() => 3));
});
