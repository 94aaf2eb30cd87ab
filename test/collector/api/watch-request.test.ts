import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import type { EventLine } from '../../../collector/src/api/read-answer.ts';
import { PATIENCE_MS, watchRequest } from '../../../collector/src/compose/watch-request.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';
import { TRIM } from './examples.ts';
import { REQUEST_ID } from './fake-desk.ts';

const REQUESTED: TrimEvent = { event: 'requested', requestId: REQUEST_ID, guest: 'web-1' };
const STARTED: TrimEvent = { event: 'started', trimId: TRIM.id };
const FINISHED: TrimEvent = { event: 'finished', trimId: TRIM.id, result: TRIM };
const AWAY = fault('no-collector');

function fault(code: string): Fault {
  return new Fault({ code, operation: 'ask', subject: 'a socket', cause: 'so it is', hint: null });
}

const numbered = (number: number | null, event: TrimEvent | null): EventLine => ({ number, event });

/** What each connection brings, one after the other: its lines, and how it breaks. The last stays as it is. */
async function watchOver(connections: readonly (readonly (EventLine | 'heartbeat' | Fault)[])[], after = 0) {
  let nowMs = 0;
  const asked: number[] = [];
  const seen: { number: number; event: string }[] = [];
  const presences: string[] = [];
  const events = watchRequest({
    place: { socketPath: 'a socket' },
    pause: {
      monotonicMs: () => nowMs,
      wait: async (delayMs) => {
        nowMs += delayMs;
      },
    },
    query: {
      requestId: REQUEST_ID,
      after,
      signal: new AbortController().signal,
      onPresence: (presence) => void presences.push(presence),
    },
    read: async function* (query) {
      asked.push(query.after);
      for (const line of connections[Math.min(asked.length, connections.length) - 1] ?? []) {
        if (line instanceof Fault) throw line;
        yield line;
      }
    },
  });
  const end = await (async () => {
    for await (const { number, event } of events) seen.push({ number, event: event.event });
    return 'ended';
  })().catch((error: unknown) => (error instanceof Fault ? error.detail : error));
  return { asked, seen, presences, end, waitedMs: nowMs };
}

it('goes on after the last event it saw, and tells that the collector was away', async () => {
  const { asked, seen, presences, end } = await watchOver([
    [numbered(1, REQUESTED), numbered(4, STARTED)],
    [AWAY],
    [AWAY],
    ['heartbeat', numbered(5, FINISHED)],
  ]);
  expect({ asked, presences, end }).toEqual({ asked: [0, 4, 4, 4], presences: ['away', 'back'], end: 'ended' });
  expect(seen).toEqual([
    { number: 1, event: 'requested' },
    { number: 4, event: 'started' },
    { number: 5, event: 'finished' },
  ]);
});

it('a collector that is away from the start is waited for too', async () => {
  const { seen, end } = await watchOver([[AWAY], [numbered(1, REQUESTED), numbered(2, FINISHED)]]);
  expect({ end, count: seen.length }).toEqual({ end: 'ended', count: 2 });
});

it('after a minute of absence it gives up, with what to do', async () => {
  const { presences, end, waitedMs } = await watchOver([[numbered(1, REQUESTED)], [AWAY]]);
  expect(end).toMatchObject({ code: 'collector-gone', hint: expect.stringContaining('trimtab history') });
  expect({ presences, waitedMs }).toEqual({ presences: ['away'], waitedMs: PATIENCE_MS });
});

it('the minute begins anew with each absence', async () => {
  const half = Array.from({ length: 100 }, () => [AWAY]);
  const { end } = await watchOver([...half, ['heartbeat'], ...half, [numbered(1, FINISHED)]]);
  expect(end).toBe('ended');
});

it('a collector that answers with nothing over and over is given up as well', async () => {
  const { end, waitedMs } = await watchOver([[numbered(1, REQUESTED)], []]);
  expect({ end, waitedMs }).toMatchObject({ end: { code: 'collector-gone' }, waitedMs: PATIENCE_MS });
});

it('one of before 0.2, without numbers, is not asked twice', async () => {
  const { asked, seen, end } = await watchOver([
    [numbered(null, REQUESTED), numbered(null, STARTED)],
    [numbered(null, REQUESTED)],
  ]);
  expect({ asked, end, count: seen.length }).toMatchObject({ asked: [0], end: { code: 'collector-gone' }, count: 2 });
});

it('one of before 0.2 in the place of a newer one, which tells all again, is not believed to tell news', async () => {
  const { seen, end } = await watchOver([
    [numbered(1, REQUESTED), numbered(2, STARTED)],
    [numbered(null, REQUESTED), numbered(null, STARTED), numbered(null, FINISHED)],
  ]);
  expect(end).toMatchObject({ code: 'collector-gone' });
  expect(seen.map(({ event }) => event)).toEqual(['requested', 'started']);
});

it('what comes a second time is left out, and so is what only a newer collector knows', async () => {
  const { seen } = await watchOver([
    [numbered(1, REQUESTED), numbered(1, REQUESTED), numbered(2, null), numbered(3, FINISHED)],
  ]);
  expect(seen.map(({ number }) => number)).toEqual([1, 3]);
});

it('progress has the number of the event that it follows, and all of it arrives', async () => {
  const progress: TrimEvent = {
    event: 'progress',
    trimId: TRIM.id,
    mount: '/',
    index: 1,
    of: 1,
    elapsedMs: 5,
    issuedBytes: null,
  };
  const { asked, seen } = await watchOver([
    [numbered(1, REQUESTED), numbered(2, STARTED), numbered(2, progress), numbered(2, progress)],
    [numbered(2, progress), numbered(3, FINISHED)],
  ]);
  expect(asked).toEqual([0, 2]);
  expect(seen.map(({ event }) => event)).toEqual([
    'requested',
    'started',
    'progress',
    'progress',
    'progress',
    'finished',
  ]);
});

it.each(['unknown-request', 'no-access', 'bad-answer'])('%s is no absence', async (code) => {
  const { asked, end } = await watchOver([[numbered(1, REQUESTED)], [fault(code)]]);
  expect({ asked, end }).toMatchObject({ asked: [0, 1], end: { code } });
});
