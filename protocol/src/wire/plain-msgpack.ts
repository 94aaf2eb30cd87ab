import { DEPTH_LIMIT } from './limits.ts';

/**
 * Walks a frame before the codec sees it, and says what in it this wire never uses; null when it is one plain value.
 *
 * msgpackr accepts more than MessagePack's plain types: extensions that define records (compiled by `new Function`),
 * regular expressions, errors, references; and it recurses as deep as the frame tells it to. Nothing here is
 * decoded or allocated: the walk only follows lengths (github.com/msgpack/msgpack, spec.md, "Formats").
 */
export function findForeign(frame: Uint8Array): string | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  /** How many values each open map or array still owes. */
  const owed: number[] = [1];
  let at = 0;
  while (owed.length > 0) {
    const top = owed.length - 1;
    const left = owed[top] ?? 0;
    if (left === 0) {
      owed.pop();
      continue;
    }
    owed[top] = left - 1;
    if (at >= frame.length) return 'truncated';
    const head = readHead(view, at);
    if (typeof head === 'string') return head;
    at += head.bytes;
    if (at > frame.length) return 'truncated';
    if (head.values > frame.length - at) return 'truncated';
    if (head.values > 0) {
      if (owed.length >= DEPTH_LIMIT) return `nested deeper than ${DEPTH_LIMIT}`;
      owed.push(head.values);
    }
  }
  return at === frame.length ? null : 'bytes after the message';
}

interface Head {
  /** Bytes of the head and of a scalar's payload. */
  readonly bytes: number;
  /** Values that follow as members. */
  readonly values: number;
}

function readHead(view: DataView, at: number): Head | string {
  const tag = view.getUint8(at);
  if (tag <= 0x7f || tag >= 0xe0) return scalar(1);
  if (tag <= 0x8f) return { bytes: 1, values: 2 * (tag & 0x0f) };
  if (tag <= 0x9f) return { bytes: 1, values: tag & 0x0f };
  if (tag <= 0xbf) return scalar(1 + (tag & 0x1f));
  if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return scalar(1);
  const lengthBytes = LENGTH_BYTES[tag];
  if (lengthBytes !== undefined) {
    if (at + 1 + lengthBytes > view.byteLength) return 'truncated';
    const length =
      lengthBytes === 1 ? view.getUint8(at + 1) : lengthBytes === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1);
    if (tag === 0xdc || tag === 0xdd) return { bytes: 1 + lengthBytes, values: length };
    if (tag === 0xde || tag === 0xdf) return { bytes: 1 + lengthBytes, values: 2 * length };
    return scalar(1 + lengthBytes + length);
  }
  const payload = NUMBER_BYTES[tag];
  return payload === undefined ? `type 0x${tag.toString(16)} is not used on this wire` : scalar(1 + payload);
}

/** str 8/16/32, array 16/32, map 16/32. Binary (0xc4-6) and every extension are left out: no message has them. */
const LENGTH_BYTES: Readonly<Record<number, 1 | 2 | 4>> = {
  217: 1,
  218: 2,
  219: 4,
  220: 2,
  221: 4,
  222: 2,
  223: 4,
};

/** float 64, uint 8-64, int 8-64; float 32 is left out, as it cannot carry a size. */
const NUMBER_BYTES: Readonly<Record<number, number>> = {
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
};

const scalar = (bytes: number): Head => ({ bytes, values: 0 });
