import { expect, it } from 'vitest';
import { createLine, HEARD_AT_ONCE, TURNS_A_STEP } from '../../../collector/src/coordinate/line.ts';
import type { LineRank } from '../../../collector/src/ports/line.ts';

/** A line whose turns the test calls; each work is noted when it begins, and ends when the test says so. */
function openLine() {
  const turns: (() => void)[] = [];
  const begun: string[] = [];
  const line = createLine({ later: (call) => turns.push(call) });
  return {
    begun,
    ahead: line.ahead,
    take(rank: LineRank, name: string = rank) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const settled = line.take(rank, () => {
        begun.push(name);
        return promise;
      });
      return { end: () => resolve(name), fail: () => reject(new Error(name)), settled };
    },
    async turn() {
      const calls = turns.splice(0);
      for (const call of calls) call();
      // What has ended makes room.
      await Promise.resolve();
      return calls.length;
    },
  };
}

it('who finds nobody before him is heard at once', () => {
  const { begun, take } = openLine();
  take('arrived');
  expect(begun).toEqual(['arrived']);
});

it('one begins in a turn: those that have come furthest first, and of these whoever came first', async () => {
  const { begun, take, turn } = openLine();
  for (const name of ['a', 'b', 'c']) take('arrived', name);
  for (const name of ['d', 'e']) take('said-hello', name);
  take('proven', 'f');
  for (let left = 5; left > 0; left -= 1) {
    const before = begun.length;
    expect(await turn()).toBe(1);
    expect(begun).toHaveLength(before + 1);
  }
  expect(begun).toEqual(['a', 'f', 'd', 'e', 'b', 'c']);
});

it('what waits for something else holds up nobody who has said hello', async () => {
  const { begun, take, turn } = openLine();
  for (let count = 0; count < 2 * HEARD_AT_ONCE; count += 1) take('proven');
  take('said-hello', 'last');
  for (let count = 0; count < 2 * HEARD_AT_ONCE; count += 1) await turn();
  expect(begun.at(-1)).toBe('last');
});

it('of those that have said nothing so many are waited for, and the next when one of them has', async () => {
  const { begun, take, turn } = openLine();
  const first = take('arrived', 'first');
  for (let count = 1; count < HEARD_AT_ONCE; count += 1) {
    take('arrived');
    await turn();
  }
  take('arrived', 'next');
  await turn();
  await turn();
  expect(begun).not.toContain('next');
  take('said-hello', 'other');
  expect(begun.at(-1)).toBe('other');
  first.end();
  await first.settled;
  await turn();
  expect(begun.at(-1)).toBe('next');
});

it('settles as the work does, and one that fails leaves its turn to the next', async () => {
  const { begun, take, turn } = openLine();
  const failing = take('arrived', 'failing');
  const next = take('proven', 'next');
  failing.fail();
  await expect(failing.settled).rejects.toThrow('failing');
  await turn();
  next.end();
  expect(await next.settled).toBe('next');
  expect(begun).toEqual(['failing', 'next']);
});

it('nothing is left to come when all have begun', async () => {
  const { take, turn } = openLine();
  take('proven').end();
  expect(await turn()).toBe(1);
  expect(await turn()).toBe(0);
});

it('while somebody waits for an answer the most of the turns are left to that, and then none', async () => {
  const { begun, ahead, take, turn } = openLine();
  const answer = Promise.withResolvers<string>();
  const asked = ahead(() => answer.promise);
  for (let count = 0; count < 4; count += 1) take('arrived');
  expect(begun).toHaveLength(1);
  for (let turns = 0; turns < 2 * TURNS_A_STEP; turns += 1) expect(await turn()).toBe(1);
  expect(begun).toHaveLength(3);
  answer.resolve('answer');
  expect(await asked).toBe('answer');
  await turn();
  expect(begun).toHaveLength(4);
});

it('waits for no turn where nobody stands in line, and lets them have theirs when the answer failed', async () => {
  const { begun, ahead, take, turn } = openLine();
  const answer = Promise.withResolvers<never>();
  const asked = ahead(() => answer.promise);
  take('proven');
  expect(await turn()).toBe(1);
  expect(await turn()).toBe(0);
  answer.reject(new Error('no host'));
  await expect(asked).rejects.toThrow('no host');
  for (let count = 0; count < 3; count += 1) take('proven');
  for (let turns = 0; turns < 2; turns += 1) await turn();
  expect(begun).toHaveLength(4);
});
