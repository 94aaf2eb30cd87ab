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
  const view = (takenAt: number): HostView => ({ takenAt, domains: [], findings: [], sources: [] });
  return { clock, readings, fresh, view };
}

it('is read once for all who ask while it is being read, also for those who want it as of now', async () => {
  const { fresh, readings, view } = scene();
  const both = Promise.all([fresh.read(2_000), fresh.read(0)]);
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(view(1));
  expect(await both).toEqual([view(1), view(1)]);
});

it('is read anew when it is older than somebody wants it', async () => {
  const { clock, fresh, readings, view } = scene();
  const first = fresh.read(2_000);
  readings[0]?.resolve(view(1));
  await first;
  clock.advance(2_000);
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
