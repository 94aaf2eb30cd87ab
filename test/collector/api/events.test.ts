import type { RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import type { NumberedEvent, TrimEvent } from '../../../collector/src/model/trim-event.ts';
import { TRIM } from './examples.ts';
import { createFakeDesk, type FakeDesk, REQUEST_ID } from './fake-desk.ts';
import { HOSTILE } from './hostile.ts';
import { createRecordedLog, type ServedDesk, serveDesk } from './served-desk.ts';

const REQUESTED: TrimEvent = { event: 'requested', requestId: REQUEST_ID, guest: `数据库 ${HOSTILE}` };
const STARTED: TrimEvent = { event: 'started', trimId: TRIM.id };
const FINISHED: TrimEvent = { event: 'finished', trimId: TRIM.id, result: TRIM };

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const watch = (signal = new AbortController().signal) =>
  createDeskClient({ socketPath: served.socketPath })
    .watch({ requestId: REQUEST_ID, after: 0, signal, onPresence: () => {} })
    [Symbol.asyncIterator]();

async function collect(events: AsyncIterable<NumberedEvent>): Promise<TrimEvent[]> {
  const collected: TrimEvent[] = [];
  for await (const { event } of events) collected.push(event);
  return collected;
}

it('events arrive one by one, as they happen, and end with the trim', async () => {
  const events = watch();
  for (const [index, event] of [REQUESTED, STARTED, FINISHED].entries()) {
    // Asked for before it happened: were the answer held back, this would wait for ever.
    const next = events.next();
    desk.tell(event);
    expect((await next).value).toEqual({ number: index + 1, event });
  }
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

it('a reader that comes late sees what happened before', async () => {
  for (const event of [REQUESTED, STARTED, FINISHED]) desk.tell(event);
  expect(await collect({ [Symbol.asyncIterator]: watch })).toEqual([REQUESTED, STARTED, FINISHED]);
});

it('the desk learns that a reader left', async () => {
  const leaving = new AbortController();
  const events = watch(leaving.signal);
  desk.tell(REQUESTED);
  await events.next();
  const rest = events.next();
  leaving.abort();
  await expect(rest).rejects.toThrow();
  await desk.until(() => desk.asked.readers === 0);
});

it('a failure in the middle reaches the reader as the Fault it was', async () => {
  const events = watch();
  desk.tell(REQUESTED);
  await events.next();
  const detail = { code: 'store-full', operation: 'store', subject: 'db', cause: 'full', hint: 'Make room.' };
  desk.fail(new Fault(detail));
  await expect(events.next()).rejects.toMatchObject({ detail });
});

it('an unknown request is an error before the stream begins', async () => {
  const events = createDeskClient({ socketPath: served.socketPath }).watch({
    requestId: '00000000-0000-4000-8000-00000000dead' as RequestId,
    after: 0,
    signal: new AbortController().signal,
    onPresence: () => {},
  });
  await expect(collect(events)).rejects.toMatchObject({ detail: { code: 'unknown-request' } });
});

it('while nothing happens a blank line comes every 15 seconds', async () => {
  const waiting: { delayMs: number; call: () => void }[] = [];
  const clock = {
    now: () => 0,
    monotonicMs: () => 0,
    after(delayMs: number, call: () => void) {
      const entry = { delayMs, call };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
  };
  const api = createApi({ desk, clock, log: createRecordedLog().log, door: { face: 'socket' } });
  desk.tell(REQUESTED);
  const answer = await api.request(`/v1/requests/${REQUEST_ID}/events`);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  expect(JSON.parse((await lines.read()).value ?? '')).toEqual({ number: 1, ...REQUESTED });
  for (let beat = 0; beat < 2; beat += 1) {
    const read = lines.read();
    while (waiting.length === 0) await new Promise(setImmediate);
    expect(waiting.map(({ delayMs }) => delayMs)).toEqual([15_000]);
    waiting[0]?.call();
    expect((await read).value).toBe('\n');
  }
  desk.tell(FINISHED);
  expect(JSON.parse((await lines.read()).value ?? '')).toEqual({ number: 2, ...FINISHED });
  expect((await lines.read()).done).toBe(true);
  expect(waiting).toEqual([]);
});
