import { describe, expect, it } from 'vitest';
import { GIB } from '../../correlate/examples.ts';
import { aPath, countersOf, LIBVIRT, SOCKET, scene } from './sampler-under-test.ts';

describe('a sample before a trim', () => {
  it('asks QEMU first and reads the image then, so that what the guest writes meanwhile is in both', async () => {
    const { sampler, order, clock } = scene();
    const { samples, restless } = await sampler.now([aPath()]);
    expect(order).toEqual(['ask socket', 'read /images/sda']);
    expect(restless).toEqual([]);
    expect(samples).toEqual({
      sda: {
        takenAt: clock.now(),
        allocationBytes: 100 * GIB,
        poolFreeBytes: 1_000,
        extents: null,
        heldParts: null,
        tables: null,
        counters: {
          receivedBytes: 5,
          passedBytes: 3,
          failedDiscards: 0,
          writtenBytes: 7,
          blockJobs: [],
          droppedBy: null,
        },
        counterEpoch: 'qemu:100 100',
        countersMissing: null,
      },
    });
  });

  it('has one conversation with a QEMU for all of its disks, and reads an image behind two of them once', async () => {
    const [first, second] = [aPath(), aPath({ name: 'sdb', image: { path: '/images/sda' } })];
    const { sampler, order } = scene({ ask: async () => countersOf('sda', 'sdb') });
    const { samples } = await sampler.now([first, { ...second, domain: first.domain }]);
    expect(order).toEqual(['ask socket', 'read /images/sda']);
    expect(Object.keys(samples)).toEqual(['sda', 'sdb']);
  });

  it('leaves out a disk without an image, and one whose image is gone', async () => {
    const { sampler } = scene();
    const paths = [{ ...aPath(), image: null }, aPath({ name: 'sdb', image: { path: '/images/gone' } })];
    expect((await sampler.now(paths)).samples).toEqual({});
  });

  it('keeps QEMU’s counters of storage that this host cannot measure', async () => {
    const { sampler } = scene();
    const path = aPath({ image: { path: '/images/gone', unmeasured: 'it is remote' } });
    expect((await sampler.now([path])).samples.sda).toMatchObject({
      allocationBytes: null,
      counters: { passedBytes: 3 },
    });
  });

  it.each([
    ['no monitor is known', [], async () => [], 'no QMP socket'],
    ['the monitor fails', [SOCKET], () => Promise.reject(new Error('it is held')), 'it is held'],
    ['QEMU lists other disks', [SOCKET], async () => countersOf('other'), 'QEMU does not list this disk'],
    ['the answer is none', [SOCKET], async () => ['?', [], []], 'QEMU’s counters could not be read'],
  ] as const)('has no counters, and says why, when %s', async (_, monitors, ask, why) => {
    const { sampler } = scene({ ask });
    const { samples } = await sampler.now([aPath({ monitors })]);
    expect(samples.sda).toMatchObject({
      allocationBytes: 100 * GIB,
      counters: null,
      counterEpoch: null,
      countersMissing: expect.stringContaining(why),
    });
  });

  it('asks libvirt only where the domain may be tainted', async () => {
    const path = aPath({ monitors: [LIBVIRT] });
    const [tainting, leavingNoTrace] = [scene(), scene({ mayTaint: false })];
    const asked = await tainting.sampler.now([path]);
    expect(asked.samples.sda?.counters).not.toBeNull();
    expect(asked.throughLibvirt).toBe(true);
    const unasked = await leavingNoTrace.sampler.now([path]);
    expect(unasked.samples.sda?.countersMissing).toContain('libvirt holds its QMP socket, and is not asked');
    expect(unasked.throughLibvirt).toBe(false);
    // A socket of the guest's own is asked first, and then libvirt is not.
    const both = scene();
    expect((await both.sampler.now([aPath({ monitors: [SOCKET, LIBVIRT] })])).throughLibvirt).toBe(false);
    expect(both.order.filter((step) => step.startsWith('ask'))).toEqual(['ask socket']);
    expect(leavingNoTrace.order).toEqual(['read /images/sda']);
  });
});

describe('the extents of an image', () => {
  it.each([
    ['files of its pool can share blocks', { pool: { reflink: true } }, 1],
    ['it takes all it can', { image: { allocationBytes: 4 * GIB } }, 1],
    ['neither is so', {}, 0],
    ['it is no file', { pool: { reflink: true }, image: { kind: 'thin-volume' } }, 0],
  ] as const)('when %s', async (_, given, walks) => {
    const { sampler, order } = scene();
    const { samples } = await sampler.now([aPath(given)]);
    expect(order.filter((step) => step.startsWith('extents'))).toHaveLength(walks);
    expect(samples.sda?.extents).toEqual(
      walks === 1 ? { sharedBytes: 1, unwrittenBytes: 2, encodedBytes: 0, sharedAt: null } : null,
    );
  });
});

describe('a pool that counts at its commit', () => {
  const path = aPath({ pool: { kind: 'btrfs', reflink: true } });

  it('commits before it is read, ahead of a trim', async () => {
    const { sampler, order } = scene();
    await sampler.now([path]);
    expect(order).toEqual(['commit /images/sda', 'extents /images/sda', 'ask socket', 'read /images/sda']);
  });

  it('commits and is read again, behind a trim, and what moved until then is no drift', async () => {
    const { settled, order } = scene({ freeBytes: (reading) => reading });
    const { samples, poolDrift, commit } = await settled([path]);
    expect(order.slice(-5)).toEqual([
      'commit /images/sda',
      'read /images/sda',
      'ask socket',
      'extents /images/sda',
      'parts /images/sda',
    ]);
    const readings = order.filter((step) => step.startsWith('read')).length;
    expect(samples.sda).toMatchObject({ poolFreeBytes: readings - 1, heldParts: { asked: 2, held: 1 } });
    expect(poolDrift).toEqual({ sda: 0 });
    expect(commit).toBeNull();
  });

  it('has no free space that counts when it does not commit in time, and says when it has', async () => {
    let end: (isDone: boolean) => void = () => {};
    const { settled } = scene({
      commitPool: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    const { samples, commit } = await settled([path]);
    expect(samples.sda).toMatchObject({ allocationBytes: 100 * GIB, poolFreeBytes: null });
    end(true);
    expect(await commit).toBe(true);
  });

  it('has none when its commit fails', async () => {
    const { settled } = scene({ commitPool: async () => false });
    const { samples, commit } = await settled([path]);
    expect(samples.sda?.poolFreeBytes).toBeNull();
    expect(await commit).toBe(false);
  });

  it('is not made to commit when it counts at once', async () => {
    const { settled, order } = scene();
    await settled([aPath()]);
    expect(order.some((step) => step.startsWith('commit') || step.startsWith('parts'))).toBe(false);
  });
});

describe('a sample after a trim', () => {
  it('waits until the allocation holds still, and asks QEMU last', async () => {
    const { settled, order } = scene({ values: [9, 9, 4] });
    const { samples, restless } = await settled([aPath()]);
    expect(samples.sda?.allocationBytes).toBe(4 * GIB);
    expect(restless).toEqual([]);
    expect(order.at(-1)).toBe('ask socket');
    expect(order.filter((step) => step.startsWith('ask'))).toHaveLength(1);
  });

  it('names the disks that still moved at the limit', async () => {
    const values = Array.from({ length: 1_000 }, (_, index) => index);
    expect((await scene({ values }).settled([aPath()])).restless).toEqual(['sda']);
  });

  it('tells how fast the pool moved while the image stood still', async () => {
    const { poolDrift } = await scene({ freeBytes: (reading) => 1_000 - 200 * reading }).settled([aPath()]);
    // 200 bytes from one reading to the next, 20 ms apart.
    expect(poolDrift.sda).toBeCloseTo(10, 0);
  });
});
