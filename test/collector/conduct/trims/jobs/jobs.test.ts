import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANSWERED_KEPT, MOST_OPEN } from '../../../../../collector/src/conduct/trims/jobs/job-book.ts';
import { createJobs } from '../../../../../collector/src/conduct/trims/jobs/jobs.ts';
import type { GuestId } from '../../../../../collector/src/model/guest-id.ts';
import type { NumberedEvent } from '../../../../../collector/src/model/trim-event.ts';
import type { JobChanges } from '../../../../../collector/src/ports/store/jobs.ts';
import { jobOf } from '../../../../contract/jobs-store.ts';
import { createTestClock } from '../../../../support/test-clock.ts';
import { openTestStore } from '../../../store/open-test-store.ts';
import { requestIdOf, trimIdOf } from '../trim-examples.ts';
import { quiet } from '../trims-world.ts';

const guestId = 'guest-a' as GuestId;
const guestOf = (n: number) => `guest-${n}` as GuestId;

/** The store's side of the writes is the test's to order. */
function openJobs() {
  const clock = createTestClock();
  const writes: { changes: JobChanges; done: PromiseWithResolvers<void> }[] = [];
  const errors: unknown[] = [];
  const jobs = createJobs({
    clock,
    log: { info() {}, warn() {}, error: (fields) => errors.push(fields) },
    logged: [],
    store: {
      jobs: async () => [],
      saveJobs(changes) {
        const done = Promise.withResolvers<void>();
        writes.push({ changes, done });
        return done.promise;
      },
    },
  });
  return {
    jobs,
    clock,
    writes,
    errors,
    async write(): Promise<void> {
      await quiet();
      for (const { done } of writes) done.resolve();
      await quiet();
    },
    watch(n: number): NumberedEvent[] {
      const seen: NumberedEvent[] = [];
      const { signal } = new AbortController();
      void (async () => {
        for await (const event of jobs.watch({ requestId: requestIdOf(n), after: 0, signal })) seen.push(event);
      })();
      return seen;
    },
  };
}

it('shows nobody an event that a crash could take back', async () => {
  const { jobs, watch, write } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  const seen = watch(1);
  await quiet();
  expect(seen).toEqual([]);
  await write();
  expect(seen.map(({ event }) => event.event)).toEqual(['requested']);
});

it('writes what happens while a write runs with the next one, whoever asked for it', async () => {
  const { jobs, writes, write } = openJobs();
  const numbers = [1, 2, 3];
  for (const n of numbers) void jobs.begin(jobOf({ n, guestId: guestOf(n) }));
  await write();
  const [first, ...others] = numbers.map(
    (n) => () => jobs.refuse({ requestId: requestIdOf(n), guestId: guestOf(n), problem: PROBLEM }),
  );
  void first?.();
  await quiet();
  for (const refuse of others) void refuse();
  await write();
  await write();
  const written = writes.map(({ changes }) => changes.changed.map(({ job }) => job.askedAt));
  expect(written).toEqual([[1], [2], [3], [1], [2, 3]]);
});

it('stores many new ones in one write; of those that it takes from nobody each has its reason, and leaves nothing', async () => {
  const { jobs, writes, write } = openJobs();
  const all = jobs.beginAll([1, 2, 3].map((n) => jobOf({ n, guestId: guestOf(n) })));
  await quiet();
  expect(writes.map(({ changes }) => changes.changed.map(({ job }) => job.askedAt))).toEqual([[1, 2, 3]]);
  const reason = new TypeError('no such number');
  writes[0]?.done.reject(reason);
  // Each gets a write of its own.
  for (const [index, isTaken] of [true, false, true].entries()) {
    await quiet();
    const done = writes[index + 1]?.done;
    if (isTaken) done?.resolve();
    else done?.reject(reason);
  }
  expect(await all).toEqual(new Map([[requestIdOf(2), reason]]));
  expect([1, 2, 3].map((n) => jobs.isWaiting(requestIdOf(n)))).toEqual([true, false, true]);
  await write();
  expect(writes.at(-1)?.changes).toEqual({ changed: [], forgotten: [requestIdOf(2)] });
});

it('a new job waits for nothing of what happens to others', async () => {
  const { jobs, writes, write } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  await write();
  void jobs.refuse({ requestId: requestIdOf(1), guestId, problem: PROBLEM });
  await quiet();
  expect(writes).toHaveLength(2);
  let isBegun = false;
  void jobs.begin(jobOf({ n: 2 })).then(() => {
    isBegun = true;
  });
  await quiet();
  // The one before is not over.
  writes[2]?.done.resolve();
  await quiet();
  expect(isBegun).toBe(true);
});

it('what happens to a new job while that is being stored stays seen, and goes with it where it cannot be', async () => {
  const { jobs, writes, write, watch } = openJobs();
  const begun = Promise.allSettled([1, 2].map((n) => jobs.begin(jobOf({ n, guestId: guestOf(n) }))));
  const [first] = [1, 2].map((n) => jobs.refuse({ requestId: requestIdOf(n), guestId: guestOf(n), problem: PROBLEM }));
  await quiet();
  expect(writes).toHaveLength(3);
  writes[2]?.done.resolve();
  await first;
  writes[0]?.done.resolve();
  writes[1]?.done.reject(new Error('full'));
  expect((await begun).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const seen = watch(1);
  await quiet();
  expect(seen.map(({ event }) => event.event)).toEqual(['requested', 'refused']);
  void jobs.written();
  await write();
  expect(writes.at(-1)?.changes).toEqual({ changed: [], forgotten: [requestIdOf(2)] });
});

it('keeps of the progress the newest, under the number of what it follows, and stores none', async () => {
  const { jobs, writes, write, watch } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  jobs.tie({ requestId: requestIdOf(1), trimId: trimIdOf(1), guestId });
  const progress = { event: 'progress', trimId: trimIdOf(1), mount: '/', index: 1, of: 1, issuedBytes: null } as const;
  for (const elapsedMs of [1, 2, 3]) jobs.tell({ trimId: trimIdOf(1), guestId, event: { ...progress, elapsedMs } });
  await write();
  const seen = watch(1);
  await quiet();
  expect(seen.map(({ number, event }) => [number, event.event, 'elapsedMs' in event && event.elapsedMs])).toEqual([
    [1, 'requested', false],
    [1, 'progress', 3],
  ]);
  expect(writes).toHaveLength(1);
});

it('tries again by itself when the store failed', async () => {
  const { jobs, writes, clock, write, watch } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  await write();
  const refused = jobs.refuse({ requestId: requestIdOf(1), guestId, problem: { ...PROBLEM } });
  await quiet();
  writes.at(-1)?.done.reject(new Error('full'));
  await expect(refused).rejects.toThrow('full');
  const seen = watch(1);
  clock.advance(5_000);
  await write();
  expect(seen.map(({ event }) => event.event)).toEqual(['requested', 'refused']);
  expect(clock.armed()).toBe(0);
});

it('a log that the store refuses holds up no other, and is told of once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-jobs-'));
  const store = await openTestStore(folder);
  const errors: unknown[] = [];
  const log = { info() {}, warn() {}, error: (fields: unknown) => errors.push(fields) };
  const clock = createTestClock();
  const jobs = createJobs({ store, clock, log, logged: [] });
  const begin = (n: number) => jobs.begin(jobOf({ n, guestId: guestOf(n) }));
  const intend = (n: number) => {
    const about = { trimId: trimIdOf(n), guestId: guestOf(n) };
    jobs.tie({ requestId: requestIdOf(n), ...about });
    // JSON has no such number: the row cannot be made.
    const mounts = [n === 2 ? (1n as unknown as string) : '/'];
    return jobs.tell({ ...about, event: { event: 'intended', trimId: trimIdOf(n), mounts } });
  };
  await Promise.all([1, 2, 3].map(begin));
  for (const n of [1, 2, 3]) void intend(n);
  await jobs.written();
  const refusals = [1, 2, 3].map((n) =>
    jobs.refuse({ requestId: requestIdOf(n), guestId: guestOf(n), problem: PROBLEM }),
  );
  await Promise.all(refusals);
  await expect(jobs.begin(jobOf({ n: 4, priority: Number.NaN }))).rejects.toMatchObject({
    detail: { code: 'store-error' },
  });
  await begin(5);
  const stored = (await store.jobs()).map(({ job, events }) => [job.askedAt, events.map(({ event }) => event.event)]);
  expect(stored).toEqual([
    [1, ['requested', 'intended', 'refused']],
    [2, ['requested', 'refused']],
    [3, ['requested', 'intended', 'refused']],
    [5, ['requested']],
  ]);
  expect(errors).toMatchObject([{ requestId: requestIdOf(2) }, { requestId: requestIdOf(4) }]);
  expect(clock.armed()).toBe(0);
  await store.close();
  await rm(folder, { recursive: true });
});

it(`keeps what is open, and ${ANSWERED_KEPT} that were answered: the oldest of these go`, async () => {
  const { jobs, writes, write, watch } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  for (let n = 2; n <= ANSWERED_KEPT + 4; n += 1) {
    void jobs.begin(jobOf({ n }));
    void jobs.refuse({ requestId: requestIdOf(n), guestId, problem: PROBLEM });
  }
  await write();
  await write();
  const oldest = watch(1);
  void jobs.begin(jobOf({ n: 900 }));
  await write();
  expect(writes.flatMap(({ changes }) => changes.forgotten)).toEqual([2, 3, 4].map(requestIdOf));
  expect(oldest.map(({ event }) => event.event)).toEqual(['requested']);
  expect(jobs.open().map(({ job }) => job.id)).toEqual([requestIdOf(1), requestIdOf(900)]);
});

it(`of more than ${MOST_OPEN} that are open, the oldest is told that it is forgotten`, async () => {
  const { jobs, writes, write, watch } = openJobs();
  for (let n = 1; n <= MOST_OPEN; n += 1) void jobs.begin(jobOf({ n }));
  await write();
  const oldest = watch(1);
  void jobs.begin(jobOf({ n: MOST_OPEN + 1 }));
  await write();
  await write();
  expect(writes.flatMap(({ changes }) => changes.forgotten)).toEqual([requestIdOf(1)]);
  expect(oldest.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'forgotten' } });
});

it('notes no more than a hundred events of a guest that begins again and again, and the answer all the same', async () => {
  const { jobs, write, watch } = openJobs();
  void jobs.begin(jobOf({ n: 1 }));
  jobs.tie({ requestId: requestIdOf(1), trimId: trimIdOf(1), guestId });
  for (let count = 0; count < 500; count += 1)
    void jobs.tell({ trimId: trimIdOf(1), guestId, event: { event: 'intended', trimId: trimIdOf(1), mounts: ['/'] } });
  void jobs.tell({ trimId: trimIdOf(1), guestId, event: { event: 'refused', problem: PROBLEM } });
  const seen = watch(1);
  await write();
  expect([seen.length, seen.at(-1)?.event.event]).toEqual([101, 'refused']);
});

const PROBLEM = { code: 'busy', operation: 'trim', subject: 'it', cause: 'another runs', hint: null };

it('of a guest that is forgotten no job is left, and who watches an open one is told', async () => {
  const { jobs, watch, write, writes } = openJobs();
  const other = 'guest-b' as GuestId;
  void jobs.begin(jobOf({ n: 1 }));
  void jobs.begin(jobOf({ n: 2, guestId: other }));
  await write();
  const seen = watch(1);
  void jobs.forgetGuest(guestId);
  await write();
  expect(writes.at(-1)?.changes).toEqual({ changed: [], forgotten: [requestIdOf(1)] });
  expect(seen.map(({ event }) => event.event)).toEqual(['requested', 'refused']);
  expect(jobs.open().map(({ job }) => job.guestId)).toEqual([other]);
  await expect(
    jobs.watch({ requestId: requestIdOf(1), after: 0, signal: AbortSignal.abort() }).next(),
  ).rejects.toThrow();
});
