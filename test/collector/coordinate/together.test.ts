import { expect, it } from 'vitest';
import { createTogether } from '../../../collector/src/coordinate/together.ts';

/** `begun` is what has begun, in its order. */
function open(most: number) {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const calls: (() => void)[] = [];
  const together = createTogether({ most, later: (call) => void calls.push(call) });
  return {
    begun,
    handIn(name: string): Promise<string> {
      return together(() => {
        begun.push(name);
        const end = Promise.withResolvers<string>();
        ends.set(name, end);
        return end.promise;
      });
    },
    end: (name: string) => ends.get(name),
    /** What was to be called later is called. */
    async pass(): Promise<void> {
      for (const call of calls.splice(0)) call();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('waits for company, and begins all that has come', async () => {
  const { begun, handIn, end, pass } = open(4);
  const first = handIn('a');
  void handIn('b');
  expect(begun).toEqual([]);
  await pass();
  expect(begun).toEqual(['a', 'b']);
  end('a')?.resolve('done');
  expect(await first).toBe('done');
});

it('waits no longer where there are as many as begin at once', async () => {
  const { begun, handIn } = open(2);
  void handIn('a');
  void handIn('b');
  expect(begun).toEqual(['a', 'b']);
});

it('begins no others before all of them are over, however they end', async () => {
  const { begun, handIn, end, pass } = open(2);
  const [first, second] = [handIn('a'), handIn('b')];
  const failing = expect(first).rejects.toThrow('full');
  for (const name of ['c', 'd', 'e']) void handIn(name);
  await pass();
  end('a')?.reject(new Error('full'));
  await failing;
  await pass();
  expect(begun).toEqual(['a', 'b']);
  end('b')?.resolve('done');
  expect(await second).toBe('done');
  await pass();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['c', 'd']) end(name)?.resolve('done');
  await pass();
  await pass();
  expect(begun.at(-1)).toBe('e');
});
