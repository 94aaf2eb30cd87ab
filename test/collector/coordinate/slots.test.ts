import { expect, it } from 'vitest';
import { createSlots } from '../../../collector/src/coordinate/slots.ts';

const NEVER = new AbortController().signal;

/** Has it been resolved by now? */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);
}

it('a pool takes as many trims as it has slots; the next waits for the first release', async () => {
  const slots = createSlots(2);
  const first = await slots.acquire(['/images'], NEVER);
  await slots.acquire(['/images'], NEVER);
  const third = slots.acquire(['/images'], NEVER);
  expect(await isSettled(third)).toBe(false);
  first.release();
  first.release();
  expect(await isSettled(third)).toBe(true);
  expect(slots.busyOn('/images')).toBe(2);
});

it('who waits for one pool does not hold up who needs another', async () => {
  const slots = createSlots(1);
  const hold = await slots.acquire(['/a'], NEVER);
  const waiting = slots.acquire(['/a', '/b'], NEVER);
  expect(await isSettled(slots.acquire(['/b'], NEVER))).toBe(true);
  hold.release();
  expect(await isSettled(waiting)).toBe(false);
});

it('who goes away while waiting takes no slot', async () => {
  const slots = createSlots(1);
  const hold = await slots.acquire(['/a'], NEVER);
  const leaving = new AbortController();
  const waiting = slots.acquire(['/a'], leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  hold.release();
  expect(slots.busyOn('/a')).toBe(0);
});

it('a trim over two images of one pool takes one slot', async () => {
  const slots = createSlots(1);
  const hold = await slots.acquire(['/a', '/a'], NEVER);
  expect(slots.busyOn('/a')).toBe(1);
  hold.release();
  expect(slots.busyOn('/a')).toBe(0);
});

it('a hold knows which of its pools another trim had meanwhile', async () => {
  const slots = createSlots(2);
  const [alone, first] = [await slots.acquire(['/a'], NEVER), await slots.acquire(['/b'], NEVER)];
  const second = await slots.acquire(['/b', '/c'], NEVER);
  second.release();
  const shared = [alone, first, second].map((hold) => [...hold.sharedPools().keys()]);
  expect(shared).toEqual([[], ['/b'], ['/b']]);
});

it('a pool that is watched on after the slot was given back tells of others until then, and holds nobody up', async () => {
  const slots = createSlots(1);
  const hold = await slots.acquire(['/a', '/b'], NEVER);
  const watch = hold.watchOn();
  hold.release();
  expect([slots.busyOn('/a'), [...watch.sharedPools()]]).toEqual([0, []]);
  const other = await slots.acquire(['/a'], NEVER);
  // The other is alone: who only watches discards nothing.
  expect([[...watch.sharedPools()], [...other.sharedPools()]]).toEqual([[['/a', 'ran']], []]);
  other.release();
  watch.end();
  slots.mayHavePassedBy(['/b']);
  expect([...watch.sharedPools()]).toEqual([['/a', 'ran']]);
  expect([...hold.sharedPools()]).toEqual([]);
});

it('who watches on knows of those that ran while it had the slot', async () => {
  const slots = createSlots(2);
  const hold = await slots.acquire(['/a'], NEVER);
  (await slots.acquire(['/a'], NEVER)).release();
  const watch = hold.watchOn();
  hold.release();
  expect([...watch.sharedPools()]).toEqual([['/a', 'ran']]);
});

it('one that may have run changes nothing where one ran', async () => {
  const slots = createSlots(2);
  const [hold, alone] = [await slots.acquire(['/a'], NEVER), await slots.acquire(['/b'], NEVER)];
  await slots.acquire(['/a'], NEVER);
  slots.mayHavePassedBy(['/a', '/b']);
  expect([[...hold.sharedPools()], [...alone.sharedPools()]]).toEqual([[['/a', 'ran']], [['/b', 'may-have-run']]]);
  slots.passBy({ pools: ['/b'], isThere: () => true });
  expect([...alone.sharedPools()]).toEqual([['/b', 'ran']]);
});

it('who has already gone away is not let in', async () => {
  const slots = createSlots(1);
  await expect(slots.acquire(['/a'], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(slots.busyOn('/a')).toBe(0);
});
