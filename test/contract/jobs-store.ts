import { describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { Job } from '../../collector/src/model/job.ts';
import { mergeCure } from '../../collector/src/model/merge-cure.ts';
import type { NumberedEvent } from '../../collector/src/model/trim-event.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
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

    it('[JOB1] jobs and their logs survive a restart, in the order in which they were stored, the events in theirs', async () => {
      // The clock was put back between them.
      const first = { job: jobOf({ n: 2, askedAt: 20 }), events: eventsOf(1) };
      const later = { job: jobOf({ n: 1, askedAt: 10, targets: null, deadline: 99 }), events: eventsOf(12) };
      const last = { job: jobOf({ n: 3, askedAt: 15 }), events: [] };
      await store.saveJobs({ changed: [first, later], forgotten: [] });
      await store.saveJobs({ changed: [first, last], forgotten: [] });
      await reopen();
      expect(await store.jobs()).toEqual([first, later, last]);
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

    it('[JOB5] what two trims came to together is read from both, and without one of them the job is forgotten', async () => {
      const [closed, cure] = [closedTrim({ n: 1 }), closedTrim({ n: 2 })];
      const filesystems = cure.result.filesystems.map((one) => ({ ...one, again: true }));
      const cured = { ...cure, result: { ...cure.result, filesystems } };
      await store.closeTrim(closed);
      await store.closeTrim(cured);
      const first = closed.result;
      const both = mergeCure({ first, cure: cured.result });
      expect(both.curedBy).toBe(idOf(2));
      const finished = (result: TrimResult) =>
        [{ number: 1, event: { event: 'finished', trimId: first.id, result } }] as const;
      await store.saveJobs({
        changed: [
          { job: jobOf({ n: 1 }), events: finished({ ...both, durationMs: 99 }) },
          { job: jobOf({ n: 2 }), events: finished({ ...both, curedBy: idOf(3) }) },
        ],
        forgotten: [],
      });
      await reopen();
      expect(await store.jobs()).toEqual([{ job: jobOf({ n: 1 }), events: finished(both) }]);
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
    askedBy: { kind: 'socket' },
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
