import { expect, it } from 'vitest';
import { createSharedReading } from '../../../collector/src/coordinate/shared-reading.ts';

function scene() {
  const readings: PromiseWithResolvers<number>[] = [];
  const read = createSharedReading(() => {
    const reading = Promise.withResolvers<number>();
    readings.push(reading);
    return reading.promise;
  });
  return { readings, read };
}

const quiet = () => new Promise((resolve) => setImmediate(resolve));

it('is read twice for a hundred who ask at once, and once more for who asks later', async () => {
  const { readings, read } = scene();
  const asked = Array.from({ length: 100 }, read);
  readings[0]?.resolve(1);
  await quiet();
  readings[1]?.resolve(2);
  expect(await Promise.all(asked)).toEqual([1, ...Array(99).fill(2)]);
  const later = read();
  readings[2]?.resolve(3);
  expect(await later).toBe(3);
  expect(readings).toHaveLength(3);
});

it('nobody gets what was begun before he asked', async () => {
  const { readings, read } = scene();
  const first = read();
  const second = read();
  readings[0]?.resolve(1);
  expect(await first).toBe(1);
  await quiet();
  const third = read();
  readings[1]?.resolve(2);
  expect(await second).toBe(2);
  await quiet();
  readings[2]?.resolve(3);
  expect(await third).toBe(3);
});

it('one that fails is told to those who asked for it, and the others get theirs', async () => {
  const { readings, read } = scene();
  const first = read();
  const second = read();
  readings[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await quiet();
  readings[1]?.resolve(2);
  expect(await second).toBe(2);
});
