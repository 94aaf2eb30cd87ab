import { DEPTH_LIMIT } from './limits.ts';

/**
 * Walks a frame before the codec sees it, and says what in it this wire never uses; null when it is one plain value.
 *
 * msgpackr accepts more than MessagePack's plain types: extensions that define records (compiled by `new Function`),
 * regular expressions, errors, references; and it recurses as deep as the frame tells it to. Nothing here is
 * decoded or allocated: the walk only follows lengths (github.com/msgpack/msgpack, spec.md, "Formats").
 */
export function findForeign(frame: Uint8Array): string | null {
  const { length } = frame;
  let at = 0;
  let depth = 0;
  OWED[0] = 1;
  while (depth >= 0) {
    const left = OWED[depth] ?? 0;
    if (left === 0) {
      depth -= 1;
      continue;
    }
    OWED[depth] = left - 1;
    if (at >= length) return TRUNCATED;
    const tag = frame[at] ?? 0;
    const form = FORMS[tag] ?? FOREIGN;
    if (form === FOREIGN) return `type 0x${tag.toString(16)} is not used on this wire`;
    const lengthBytes = form & LENGTH_BYTES;
    if (at + 1 + lengthBytes > length) return TRUNCATED;
    const told = lengthBytes === 0 ? form >> COUNT_SHIFT : readLength(frame, { tag: at, bytes: lengthBytes });
    at += 1 + lengthBytes;
    const members = form & MEMBERS;
    if (members === 0) {
      at += told;
      if (at > length) return TRUNCATED;
      continue;
    }
    const values = members === MAP ? 2 * told : told;
    if (values > length - at) return TRUNCATED;
    if (values === 0) continue;
    depth += 1;
    if (depth >= DEPTH_LIMIT) return `nested deeper than ${DEPTH_LIMIT}`;
    OWED[depth] = values;
  }
  return at === length ? null : 'bytes after the message';
}

const TRUNCATED = 'truncated';

/** How many values each open map or array still owes: of the walk that is under way. */
const OWED = new Float64Array(DEPTH_LIMIT + 1);

/** Big-endian, in so many bytes after the tag. */
function readLength(frame: Uint8Array, at: { readonly tag: number; readonly bytes: number }): number {
  let length = 0;
  for (let index = at.tag + 1; index <= at.tag + at.bytes; index += 1) length = 256 * length + (frame[index] ?? 0);
  return length;
}

// What follows each first byte, in one number: how many bytes tell a length; whether it is one of values, and of how
// many where no byte tells; else how many bytes of its own it has.
const LENGTH_BYTES = 0b111;
const ARRAY = 0b01_000;
const MAP = 0b10_000;
const MEMBERS = 0b11_000;
const COUNT_SHIFT = 5;
const FOREIGN = -1;

function toForm(tag: number): number {
  if (tag <= 0x7f || tag >= 0xe0) return 0;
  if (tag <= 0x8f) return MAP | ((tag & 0x0f) << COUNT_SHIFT);
  if (tag <= 0x9f) return ARRAY | ((tag & 0x0f) << COUNT_SHIFT);
  if (tag <= 0xbf) return (tag & 0x1f) << COUNT_SHIFT;
  return OTHER_FORMS[tag] ?? FOREIGN;
}

/** Binary (0xc4-6), float 32, which cannot carry a size, and every extension are left out: no message has them. */
const OTHER_FORMS: Readonly<Record<number, number>> = {
  // nil, false, true
  192: 0,
  194: 0,
  195: 0,
  // float 64, uint 8 to 64, int 8 to 64
  203: 8 << COUNT_SHIFT,
  204: 1 << COUNT_SHIFT,
  205: 2 << COUNT_SHIFT,
  206: 4 << COUNT_SHIFT,
  207: 8 << COUNT_SHIFT,
  208: 1 << COUNT_SHIFT,
  209: 2 << COUNT_SHIFT,
  210: 4 << COUNT_SHIFT,
  211: 8 << COUNT_SHIFT,
  // str 8 to 32
  217: 1,
  218: 2,
  219: 4,
  // array 16 and 32, map 16 and 32
  220: ARRAY | 2,
  221: ARRAY | 4,
  222: MAP | 2,
  223: MAP | 4,
};

const FORMS = Int16Array.from({ length: 256 }, (_, tag) => toForm(tag));
