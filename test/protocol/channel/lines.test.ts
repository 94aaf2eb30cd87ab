import {
  type ChannelLine,
  createLineReader,
  formatLine,
  LINE_LIMIT_BYTES,
  MOST_DATA_BYTES,
} from '@trimtab/protocol/channel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const ID = '0123456789abcdef';
const id = fc.stringMatching(/^[0-9a-f]{16}$/);
/** Bytes that a line must not have as they are come as often as all others together. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x0a, 0x7d, 0x2a, 0x5d, 0x3d));
const line: fc.Arbitrary<ChannelLine> = fc.oneof(
  fc.array(byte, { maxLength: 300 }).map((bytes): ChannelLine => ({ kind: 'data', bytes: Buffer.from(bytes) })),
  fc.record({ kind: fc.constantFrom('open' as const, 'accept' as const, 'close' as const), id }),
  fc.record({ kind: fc.constantFrom('reset' as const, 'ring' as const) }),
);
/** Bytes are compared by what they are, not by which kind of array holds them. */
const told = (lines: readonly ChannelLine[]) =>
  lines.map((each) => (each.kind === 'data' ? { kind: each.kind, bytes: [...each.bytes] } : each));

describe('the lines of a port', () => {
  it('are read as they were written, however they are cut into chunks, the one that rings too [P12]', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 50 })), (lines, cuts) => {
        const written = Buffer.concat(lines.map(formatLine));
        const read = createLineReader();
        const seen: ChannelLine[] = [];
        let at = 0;
        for (const size of [...cuts, written.length]) {
          seen.push(...read(written.subarray(at, at + size)));
          at += size;
        }
        expect(told(seen)).toEqual(told(lines));
      }),
    );
  });

  it('have no line feed but the one at their end', () => {
    fc.assert(fc.property(line, (each) => formatLine(each).indexOf(0x0a) === formatLine(each).length - 1));
  });

  it('survive whatever was left in the port before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), id, (stale, opened) => {
        const read = createLineReader();
        const open: ChannelLine = { kind: 'open', id: opened };
        const seen = read(Buffer.concat([stale, Buffer.from('\n'), formatLine(open)]));
        expect(seen.at(-1)).toEqual(open);
      }),
    );
  });

  it('take 16 KiB each, and one that never ends takes no memory', () => {
    const whole = Buffer.alloc(MOST_DATA_BYTES, 0x0a);
    const read = createLineReader();
    expect(told(read(formatLine({ kind: 'data', bytes: whole })))).toEqual([{ kind: 'data', bytes: [...whole] }]);
    expect(() => formatLine({ kind: 'data', bytes: Buffer.alloc(MOST_DATA_BYTES + 1) })).toThrow(RangeError);
    for (let sent = 0; sent < 4; sent++) expect(read(Buffer.alloc(LINE_LIMIT_BYTES, 0x3d))).toEqual([]);
    expect(read(Buffer.concat([Buffer.from('\n'), formatLine({ kind: 'reset' })]))).toEqual([{ kind: 'reset' }]);
  });

  it.each([
    'trimtab',
    'trimtab open',
    `trimtab open ${ID.toUpperCase()}`,
    `trimtab open ${ID} more`,
    'trimtab reset now',
    'trimtab stop',
    'other ring',
    '=cut behind its escape }',
    '=an escape of what needs none }a',
    '',
  ])('%j is none of them', (text) => {
    expect(createLineReader()(Buffer.from(`${text}\n`))).toEqual([]);
  });
});
