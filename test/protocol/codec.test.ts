import type { TrimId } from '@trimtab/protocol';
import { DEPTH_LIMIT, FRAME_LIMIT_BYTES, fromGuestCodec, fromHostCodec } from '@trimtab/protocol';
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { FROM_GUEST, FROM_HOST, REPORT } from './example-messages.ts';

const pack = (value: unknown) => new Packr({ useRecords: false }).pack(value);

describe('every message', () => {
  it.each(FROM_GUEST.map((message) => [message.type, message] as const))('%s survives the wire', (_, message) => {
    expect(fromGuestCodec.decode(fromGuestCodec.encode(message))).toEqual({ kind: 'message', message });
  });

  it.each(FROM_HOST.map((message) => [message.type, message] as const))('%s survives the wire', (_, message) => {
    expect(fromHostCodec.decode(fromHostCodec.encode(message))).toEqual({ kind: 'message', message });
  });

  it('is the same bytes whatever was sent before: no state is shared between frames', () => {
    const [hello] = FROM_GUEST;
    if (hello === undefined) throw new Error('no hello');
    const alone = fromGuestCodec.encode(hello);
    for (const message of FROM_GUEST) fromGuestCodec.encode(message);
    expect(fromGuestCodec.encode(hello)).toEqual(alone);
  });
});

describe('sizes', () => {
  const withTrimmed = (trimmedBytes: unknown) => ({
    type: 'report',
    report: { ...REPORT, filesystems: [{ ...REPORT.filesystems[0], outcome: { status: 'done', trimmedBytes } }] },
  });

  it('are exact to 2^53', () => {
    void fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const decoded = fromGuestCodec.decode(pack(withTrimmed(bytes)));
        expect(decoded).toMatchObject({ message: { report: { filesystems: [{ outcome: { trimmedBytes: bytes } }] } } });
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 63n, '12', null])('refuse %s', (bytes) => {
    const decoded = fromGuestCodec.decode(pack(withTrimmed(bytes)));
    expect(decoded).toMatchObject({ kind: 'bad-frame', reason: expect.stringContaining('trimmedBytes') });
  });

  it('accept a 64-bit integer from other encoders where it is exact', () => {
    expect(fromGuestCodec.decode(pack(withTrimmed(2n ** 40n)))).toMatchObject({ kind: 'message' });
  });
});

describe('what this wire does not carry', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  /** msgpackr's record definition: ext 0x72 with a record id and its keys. It would be compiled by `new Function`. */
  const record = new Packr({ useRecords: true }).pack({ type: 'grant' });

  it.each([
    ['a record definition', record, 'type 0xd'],
    ['a regular expression', new Packr({ moreTypes: true }).pack({ type: /x/ }), 'not used on this wire'],
    ['a date', pack({ type: new Date() }), 'not used on this wire'],
    ['binary', pack({ type: new Uint8Array(3) }), 'not used on this wire'],
    ['deep nesting', pack(nested(DEPTH_LIMIT + 1)), 'nested deeper'],
    ['very deep nesting', new Uint8Array(500_000).fill(0x91), 'nested deeper'],
    ['a header that promises 4 billion members', new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff]), 'truncated'],
    ['two messages in a frame', new Uint8Array([...pack({ type: 'x' }), 0xc0]), 'bytes after the message'],
    ['nothing', new Uint8Array(), 'truncated'],
    ['a frame over the limit', new Uint8Array(FRAME_LIMIT_BYTES + 1), 'over the limit'],
    ['an unknown type', pack({ type: 'run-command', command: 'rm' }), 'type: expected'],
    ['a message of the other direction', fromHostCodec.encode({ type: 'grant', trimId: REPORT.id }), 'type: expected'],
  ])('%s is refused with the reason', (_, frame, reason) => {
    expect(fromGuestCodec.decode(frame)).toEqual({ kind: 'bad-frame', reason: expect.stringContaining(reason) });
  });

  it('a reason never quotes what the peer sent', () => {
    const decoded = fromGuestCodec.decode(pack({ type: '\u001b[31mevil' }));
    expect(JSON.stringify(decoded)).not.toContain('evil');
  });

  it('a field that is not in the schema is dropped, so that newer peers may add some', () => {
    const decoded = fromGuestCodec.decode(
      pack({ type: 'started', trimId: REPORT.id, startedAt: 1, more: true, __proto__: {} }),
    );
    expect(decoded).toEqual({ kind: 'message', message: { type: 'started', trimId: REPORT.id, startedAt: 1 } });
  });
});

describe('a pattern to read', () => {
  const prove = (units: unknown) => pack({ type: 'prove', proofId: REPORT.id, disk: 'vda', units });

  it.each([[[]], [[0]], [[65]], [[1.5]], [Array(33).fill(1)], ['4'], [null]])('of %j is refused', (units) => {
    expect(fromHostCodec.decode(prove(units))).toMatchObject({
      kind: 'bad-frame',
      reason: expect.stringContaining('units'),
    });
  });

  it('is at most 8 MiB', () => {
    expect(fromHostCodec.decode(prove(Array(32).fill(64)))).toMatchObject({ kind: 'message' });
  });
});

it('refuses to send what the other end would refuse', () => {
  expect(() => fromHostCodec.encode({ type: 'grant', trimId: 'not a uuid' as TrimId })).toThrow();
});
