/**
 * What goes over a virtio-serial port: lines, each ended by a line feed. A port has no connections: who opens it reads
 * what was written for the one before, and nobody is told when the other end is gone. So a stream over it begins by
 * `open` and `accept` with an id of its own, and all that comes before the `accept` is not of it.
 */
export type ChannelLine =
  /** Guest → host: a new stream begins, in the place of any other. */
  | { readonly kind: 'open'; readonly id: string }
  /** Host → guest: it begins here. */
  | { readonly kind: 'accept'; readonly id: string }
  /** Host → guest: this host has just come, and knows no stream: open one. */
  | { readonly kind: 'reset' }
  /** Host → guest, reserved: start a visit. Whatever reads lines can wait for it, a shell as well. */
  | { readonly kind: 'ring' }
  /** Either end: this stream is over. */
  | { readonly kind: 'close'; readonly id: string }
  /** A part of the stream. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

/** Of a stream: 16 letters of hexadecimal, drawn by the guest. */
export const STREAM_ID = /^[0-9a-f]{16}$/;

/** What one `data` line carries at the most. */
export const MOST_DATA_BYTES = 16 * 1024;
/** Each of them may take two bytes; a longer line is none of ours. */
export const LINE_LIMIT_BYTES = 2 * MOST_DATA_BYTES + 1;

const LINE_FEED = 0x0a;
/** As HDLC has it (RFC 1662, section 4.2): the byte after it was changed by 0x20. */
const ESCAPE = 0x7d;
const CHANGED = 0x20;
/** `=` begins a line of data; words begin all others. */
const DATA = 0x3d;

/** With its line feed. Throws on more data than a line takes. */
export function formatLine(line: ChannelLine): Uint8Array {
  switch (line.kind) {
    case 'data':
      return formatData(line.bytes);
    case 'reset':
    case 'ring':
      return Buffer.from(`trimtab ${line.kind}\n`);
    default:
      return Buffer.from(`trimtab ${line.kind} ${line.id}\n`);
  }
}

/** One line, without its line feed; null for what is none of ours, such as the rest of one that was cut. */
export function parseLine(line: Uint8Array): ChannelLine | null {
  if (line[0] === DATA) return parseData(line.subarray(1));
  const [name, kind, id, ...more] = Buffer.from(line).toString('latin1').split(' ');
  if (name !== 'trimtab' || more.length > 0) return null;
  if (kind === 'reset' || kind === 'ring') return id === undefined ? { kind } : null;
  if (kind !== 'open' && kind !== 'accept' && kind !== 'close') return null;
  return id !== undefined && STREAM_ID.test(id) ? { kind, id } : null;
}

function formatData(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MOST_DATA_BYTES) throw new RangeError(`${bytes.length} bytes are more than a line takes`);
  let escaped = 0;
  for (const byte of bytes) if (isSpecial(byte)) escaped++;
  const line = Buffer.allocUnsafe(bytes.length + escaped + 2);
  let at = 0;
  line[at++] = DATA;
  for (const byte of bytes) {
    if (isSpecial(byte)) line[at++] = ESCAPE;
    line[at++] = isSpecial(byte) ? byte ^ CHANGED : byte;
  }
  line[at] = LINE_FEED;
  return line;
}

function parseData(stuffed: Uint8Array): ChannelLine | null {
  const bytes = Buffer.allocUnsafe(stuffed.length);
  let length = 0;
  for (let at = 0; at < stuffed.length; at++) {
    const byte = stuffed[at] as number;
    if (byte !== ESCAPE) {
      bytes[length++] = byte;
      continue;
    }
    const next = stuffed[++at];
    // Cut behind the escape, or one of what needs none.
    if (next === undefined || !isSpecial(next ^ CHANGED)) return null;
    bytes[length++] = next ^ CHANGED;
  }
  return length > MOST_DATA_BYTES ? null : { kind: 'data', bytes: bytes.subarray(0, length) };
}

const isSpecial = (byte: number): boolean => byte === LINE_FEED || byte === ESCAPE;
