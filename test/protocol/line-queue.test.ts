import { createLineQueue, type Written } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { createTestClock } from '../support/test-clock.ts';

/** A stream that takes what the test lets it take. */
function createStream() {
  let text = '';
  let answer: (bytes: Uint8Array) => Written = all;
  const clock = createTestClock();
  const queue = createLineQueue({
    write: (bytes) => {
      const written = answer(bytes);
      if (written.kind === 'written') text += new TextDecoder().decode(bytes.subarray(0, written.bytes));
      return written;
    },
    after: clock.after,
    tellLost: ({ lines, cause }) => `${lines} lost: ${cause}\n`,
    mostBytes: 300,
  });
  return {
    queue,
    clock,
    text: () => text,
    works: (next: (bytes: Uint8Array) => Written) => {
      answer = next;
    },
  };
}

const all = (bytes: Uint8Array): Written => ({ kind: 'written', bytes: bytes.byteLength });
const busy = (): Written => ({ kind: 'busy' });
const full = (): Written => ({ kind: 'failed', cause: 'ENOSPC' });
const gone = (): Written => ({ kind: 'failed', cause: 'EPIPE' });

it('writes each line at once', () => {
  const { queue, text } = createStream();
  queue.add('one\n');
  expect(text()).toBe('one\n');
  queue.add('zwei äöü\n');
  expect(text()).toBe('one\nzwei äöü\n');
  expect(queue.flush()).toBe(true);
});

it('while a disk is full drops and counts, and says so before the next line, with the first cause', () => {
  const { queue, text, works } = createStream();
  queue.add('one\n');
  works(full);
  queue.add('two\n');
  works(gone);
  queue.add('three\n');
  queue.add('four\n');
  expect(queue.flush()).toBe(true);
  works(all);
  queue.add('five\n');
  queue.add('six\n');
  expect(text()).toBe('one\n3 lost: ENOSPC\nfive\nsix\n');
});

it('says it also when no line comes any more', () => {
  const { queue, text, works, clock } = createStream();
  works(full);
  queue.add('one\n');
  clock.advance(60_000);
  expect(text()).toBe('');
  works(all);
  clock.advance(10_000);
  expect(text()).toBe('1 lost: ENOSPC\n');
  expect(clock.armed()).toBe(0);
});

it('a line that ends in its middle is not joined with the next', () => {
  const { queue, text, works } = createStream();
  let nth = 0;
  works(() => {
    nth += 1;
    return nth === 1 ? { kind: 'written', bytes: 2 } : full();
  });
  queue.add('{"a":1}\n');
  works(all);
  queue.add('{"b":2}\n');
  expect(text()).toBe('{"\n1 lost: ENOSPC\n{"b":2}\n');
});

it('for a reader that stands still keeps no more than it may, and then tells of the others', () => {
  const { queue, text, works, clock } = createStream();
  works(busy);
  for (let nth = 0; nth < 1000; nth += 1) queue.add(`line ${nth}\n`);
  expect(queue.flush()).toBe(false);
  works(all);
  clock.advance(100);
  const lines = text().trimEnd().split('\n');
  const kept = lines.length - 1;
  expect(kept).toBeGreaterThan(3);
  expect(kept).toBeLessThan(20);
  expect(lines.slice(0, kept)).toEqual(Array.from({ length: kept }, (_, nth) => `line ${nth}`));
  expect(lines.at(-1)).toBe(`${1000 - kept} lost: whoever reads it stands still`);
});

it('takes up again where a slow reader had it stop', () => {
  const { queue, text, works, clock } = createStream();
  let room = 3;
  works((bytes) => {
    if (room === 0) return busy();
    const taken = Math.min(room, bytes.byteLength);
    room -= taken;
    return { kind: 'written', bytes: taken };
  });
  queue.add('one\n');
  queue.add('two\n');
  expect(text()).toBe('one');
  room = 2;
  clock.advance(100);
  expect(text()).toBe('one\nt');
  room = 100;
  clock.advance(100);
  expect(text()).toBe('one\ntwo\n');
  expect(clock.armed()).toBe(0);
});

it('what waited for a reader that is gone then is lost with it', () => {
  const { queue, text, works } = createStream();
  works(busy);
  queue.add('one\n');
  queue.add('two\n');
  works(gone);
  expect(queue.flush()).toBe(false);
  works(all);
  queue.add('three\n');
  expect(text()).toBe('2 lost: EPIPE\nthree\n');
});
