import { describe, expect, it } from 'vitest';
import { aPath, scene } from './sampler-under-test.ts';

describe('a sample after a trim before which nothing was measured', () => {
  it('is what its image has just been found with, and what QEMU and others tell now', async () => {
    const { sampler, order } = scene();
    const path = aPath();
    const { samples, restless, commit } = await sampler.asFound([path]);
    expect(samples.sda).toMatchObject({
      allocationBytes: path.image?.allocationBytes,
      poolFreeBytes: null,
      counters: expect.anything(),
    });
    expect({ restless, commit }).toEqual({ restless: [], commit: null });
    expect(order).toEqual(['ask socket']);
  });

  it('waits where what the filesystem tells may be of before the trim', async () => {
    const { sampler, order, clock } = scene();
    const found = aPath();
    const late = { ...found, image: found.image === null ? null : { ...found.image, lagMs: 50 } };
    const sampling = sampler.asFound([late]);
    let isDone = false;
    void sampling.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10);
    }
    expect(order.filter((step) => step.startsWith('read')).length).toBeGreaterThan(1);
  });
});
