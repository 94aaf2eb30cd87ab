import { expect, it } from 'vitest';
import { createFreshHost } from '../../../../collector/src/conduct/survey/fresh-host.ts';
import type { HostView } from '../../../../collector/src/model/domain.ts';
import { createTestClock } from '../../../support/test-clock.ts';

function scene() {
  const clock = createTestClock();
  const readings: PromiseWithResolvers<HostView>[] = [];
  const fresh = createFreshHost({
    clock,
    readHost() {
      const reading = Promise.withResolvers<HostView>();
      readings.push(reading);
      return reading.promise;
    },
  });
  const view = (takenAt: number): HostView => ({
    takenAt,
    domains: [],
    findings: [],
    sources: [],
    offSince: new Map(),
  });
  return { clock, readings, fresh, view };
}

const quiet = () => new Promise((resolve) => setImmediate(resolve));

it('is read once for all who ask at the same moment', async () => {
  const { fresh, readings, view } = scene();
  const both = Promise.all([fresh.read(2_000), fresh.read(0)]);
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(view(1));
  expect(await both).toEqual([view(1), view(1)]);
});

it('is as old as its beginning: who wants it as of now does not get what was begun before', async () => {
  const { clock, fresh, readings, view } = scene();
  const slow = fresh.read(2_000);
  clock.advance(1_500);
  const [overview, trim, other] = [fresh.read(2_000), fresh.read(0), fresh.read(0)];
  expect(readings).toHaveLength(1);
  clock.advance(18_500);
  readings[0]?.resolve(view(1));
  expect(await Promise.all([slow, overview])).toEqual([view(1), view(1)]);
  await quiet();
  expect(readings).toHaveLength(2);
  clock.advance(10);
  const late = fresh.read(2_000);
  readings[1]?.resolve(view(2));
  expect(await Promise.all([trim, other, late])).toEqual([view(2), view(2), view(2)]);
  await quiet();
  expect(readings).toHaveLength(2);
});

it('is read for those who wait also when the reading before failed', async () => {
  const { clock, fresh, readings, view } = scene();
  const first = fresh.read(0);
  clock.advance(1);
  const second = fresh.read(0);
  readings[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await quiet();
  readings[1]?.resolve(view(2));
  expect(await second).toEqual(view(2));
});

it('is read anew when it began longer ago than somebody wants', async () => {
  const { clock, fresh, readings, view } = scene();
  const first = fresh.read(2_000);
  clock.advance(500);
  readings[0]?.resolve(view(1));
  await first;
  clock.advance(1_500);
  expect(await fresh.read(2_000)).toEqual(view(1));
  clock.advance(1);
  void fresh.read(2_000);
  expect(readings).toHaveLength(2);
});

it('is read anew after a failure', async () => {
  const { fresh, readings, view } = scene();
  const first = fresh.read(2_000);
  readings[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  const second = fresh.read(2_000);
  readings[1]?.resolve(view(2));
  expect(await second).toEqual(view(2));
});

it('keeps nobody waiting for a reading of others while the one before is fresh enough', async () => {
  const { clock, fresh, readings, view } = scene();
  const first = fresh.read(2_000);
  readings[0]?.resolve(view(1));
  await first;
  clock.advance(500);
  const trim = fresh.read(0);
  await quiet();
  expect(readings).toHaveLength(2);
  const seen: HostView[] = [];
  void fresh.read(2_000).then((host) => seen.push(host));
  await quiet();
  expect(seen).toEqual([view(1)]);
  readings[1]?.resolve(view(2));
  expect(await trim).toEqual(view(2));
  expect(await fresh.read(2_000)).toEqual(view(2));
});
