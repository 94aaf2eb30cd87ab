import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { releaseMemory } from '../../../collector/src/io/release-memory.ts';

it('gives back the pages of what nobody uses any more', () => {
  const inUse = () => getHeapStatistics().total_heap_size;
  releaseMemory();
  const before = inUse();
  let guests: readonly object[] = Array.from({ length: 200_000 }, (_, index) => ({ name: `guest-${index}` }));
  const grown = inUse() - before;
  expect(guests.length).toBe(200_000);
  guests = [];
  releaseMemory();
  expect(grown).toBeGreaterThan(8_000_000);
  expect(inUse() - before).toBeLessThan(grown / 4);
});
