import { Packr, Unpackr } from 'msgpackr';
import * as v from 'valibot';
import { fromGuestSchema } from './from-guest.ts';
import { fromHostSchema } from './from-host.ts';
import { FRAME_LIMIT_BYTES } from './limits.ts';
import { findForeign } from './plain-msgpack.ts';

/**
 * Every option that changes what goes over the wire is written out, so that an upgrade of msgpackr cannot change it: no
 * records (they make a frame depend on earlier frames), plain maps and arrays, 64-bit integers as numbers (the schemas
 * refuse those that are not exact).
 */
const OPTIONS = {
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  int64AsType: 'number',
  moreTypes: false,
  structuredClone: false,
  bundleStrings: false,
  useFloat32: 0,
} as const;

export type Decoded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** `reason` names what was wrong and where, short enough for a log line; it never quotes the frame. */
  | { readonly kind: 'bad-frame'; readonly reason: string };

export interface Codec<Message> {
  /** The frame of a message. Throws on a message that the other end would refuse: that is a bug on this end. */
  encode(message: Message): Uint8Array;
  /** Never throws, whatever the bytes. */
  decode(frame: Uint8Array): Decoded<Message>;
}

/** What guests send: the agent encodes, the collector decodes. */
export const fromGuestCodec = createCodec(fromGuestSchema);

/** What the host sends: the collector encodes, the agent decodes. */
export const fromHostCodec = createCodec(fromHostSchema);

function createCodec<Schema extends v.GenericSchema>(schema: Schema): Codec<v.InferOutput<Schema>> {
  const packr = new Packr(OPTIONS);
  const unpackr = new Unpackr(OPTIONS);

  /** What is left to go wrong after `findForeign`: msgpackr refuses a map whose keys are maps or arrays. */
  function unpack(frame: Uint8Array): { readonly unpacked: unknown } | null {
    try {
      return { unpacked: unpackr.unpack(frame) };
    } catch {
      return null;
    }
  }

  return {
    encode(message) {
      const frame = packr.pack(v.parse(schema, message));
      if (frame.length > FRAME_LIMIT_BYTES) throw new RangeError(`a frame of ${frame.length} bytes is over the limit`);
      return frame;
    },
    decode(frame) {
      if (frame.length > FRAME_LIMIT_BYTES)
        return { kind: 'bad-frame', reason: `${frame.length} bytes are over the limit` };
      const foreign = findForeign(frame);
      if (foreign !== null) return { kind: 'bad-frame', reason: foreign };
      const value = unpack(frame);
      if (value === null) return { kind: 'bad-frame', reason: 'a map whose keys are not strings' };
      const parsed = v.safeParse(schema, value.unpacked, { abortEarly: true });
      return parsed.success
        ? { kind: 'message', message: parsed.output }
        : { kind: 'bad-frame', reason: describeIssue(parsed.issues[0]) };
    },
  };
}

/** The place and the expectation, without the received value: it is the peer's, and may be anything. */
function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'message';
  return `${place}: expected ${issue.expected ?? `a valid ${issue.type}`}`.slice(0, 200);
}
