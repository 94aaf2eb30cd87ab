import { describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { Job } from '../../collector/src/model/job.ts';
import type { NumberedEvent } from '../../collector/src/model/trim-event.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { BUSY, requestIdOf, trimIdOf } from '../collector/conduct/trims/trim-examples.ts';
import { closedTrim, idOf } from './store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `JobsStore` owes; the rules [JOB1] to [JOB5] stand in the port. */
export function jobsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`jobs contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: ['guest-a'],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[JOB1] jobs and their logs survive a restart, the oldest first, the events in their order', async () => {
      const later = { job: jobOf({ n: 1, askedAt: 20 }), events: eventsOf(1) };
      const first = { job: jobOf({ n: 2, askedAt: 10, targets: null, deadline: 99 }), events: eventsOf(12) };
      await store.saveJobs({ changed: [later, first], forgotten: [] });
      await reopen();
      expect(await store.jobs()).toEqual([first, later]);
    });

    it('[JOB1] a log grows, and a job that somebody wants stopped says so', async () => {
      const [requested, ...others] = eventsOf(3);
      await store.saveJobs({
        changed: [{ job: jobOf({ n: 1 }), events: [requested as NumberedEvent] }],
        forgotten: [],
      });
      const cancelled = jobOf({ n: 1, cancelledAt: 30 });
      await store.saveJobs({ changed: [{ job: cancelled, events: others }], forgotten: [] });
      await reopen();
      expect(await store.jobs()).toEqual([{ job: cancelled, events: eventsOf(3) }]);
    });

    it('[JOB2] under its number the first event stays', async () => {
      const job = jobOf({ n: 1 });
      const other: NumberedEvent = { number: 1, event: { event: 'refused', problem: BUSY } };
      await store.saveJobs({ changed: [{ job, events: eventsOf(1) }], forgotten: [] });
      await store.saveJobs({ changed: [{ job, events: [other] }], forgotten: [] });
      expect(await store.jobs()).toEqual([{ job, events: eventsOf(1) }]);
    });

    it('[JOB3] a job that is forgotten leaves nothing, also when it changed in the same moment', async () => {
      const [one, two] = [jobOf({ n: 1 }), jobOf({ n: 2 })];
      await store.saveJobs({ changed: [{ job: one, events: eventsOf(2) }], forgotten: [] });
      await store.saveJobs({
        changed: [
          { job: one, events: eventsOf(3) },
          { job: two, events: [] },
        ],
        forgotten: [one.id],
      });
      expect(await store.jobs()).toEqual([{ job: two, events: [] }]);
      // Nothing of its log comes back with a new job of this id.
      await store.saveJobs({ changed: [{ job: one, events: [] }], forgotten: [] });
      expect(await store.jobs()).toContainEqual({ job: one, events: [] });
    });

    it('[JOB5] the result of a finished trim is that of the trim as it is kept, and without it the job is forgotten', async () => {
      const job = jobOf({ n: 1 });
      const { result } = closedTrim({ n: 1 });
      const told = {
        number: 1,
        event: { event: 'finished', trimId: result.id, result: { ...result, durationMs: 99 } },
      } as const;
      await store.closeTrim(closedTrim({ n: 1 }));
      await store.saveJobs({
        changed: [
          { job, events: [told] },
          { job: jobOf({ n: 2 }), events: [{ ...told, event: { ...told.event, trimId: idOf(2) } }] },
        ],
        forgotten: [],
      });
      await reopen();
      expect(await store.jobs()).toEqual([{ job, events: [{ number: 1, event: { ...told.event, result } }] }]);
    });

    it('[JOB5] what two trims came to together is kept with the job', async () => {
      const { result } = closedTrim({ n: 1 });
      const both = { ...result, curedBy: idOf(2) };
      const events = [{ number: 1, event: { event: 'finished', trimId: result.id, result: both } }] as const;
      await store.saveJobs({ changed: [{ job: jobOf({ n: 1 }), events }], forgotten: [] });
      await reopen();
      expect(await store.jobs()).toEqual([{ job: jobOf({ n: 1 }), events }]);
    });

    it('[JOB4] what cannot be written whole is not written', async () => {
      const broken = { number: null as unknown as number, event: { event: 'started', trimId: trimIdOf(1) } } as const;
      const changed = [
        { job: jobOf({ n: 1 }), events: eventsOf(1) },
        { job: jobOf({ n: 2 }), events: [broken] },
      ];
      await expect(store.saveJobs({ changed, forgotten: [] })).rejects.toThrow();
      expect(await store.jobs()).toEqual([]);
    });
  });
}

export function jobOf({ n, ...overrides }: { n: number } & Partial<Job>): Job {
  return {
    id: requestIdOf(n),
    kind: 'trim',
    guestId: 'guest-a' as GuestId,
    guestName: 'web-1',
    targets: ['/', '/home'],
    options: {},
    askedBy: 'socket',
    askedAt: n,
    deadline: null,
    priority: 0,
    cancelledAt: null,
    ...overrides,
  };
}

function eventsOf(count: number): readonly NumberedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    event: { event: 'intended', trimId: trimIdOf(index), mounts: ['/'] },
  }));
}
