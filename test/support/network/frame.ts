/** Ethernet in VXLAN (RFC 7348): 8 bytes of its own before the frame, which begins with 14. */
const IP_AT = 8 + 14;
const TYPE_AT = IP_AT - 2;
const IPV4 = 0x0800;
const TCP = 6;
const RESET_AND_ACK = 0x14;
const LEAST_HEADER = 20;

/** Where the TCP segment of a frame in VXLAN begins and ends; null if it has none. */
function findSegment(frame: Buffer): { readonly at: number; readonly end: number } | null {
  if (frame.length < IP_AT + LEAST_HEADER || frame.readUInt16BE(TYPE_AT) !== IPV4) return null;
  const at = IP_AT + (frame.readUInt8(IP_AT) & 0x0f) * 4;
  const end = IP_AT + frame.readUInt16BE(IP_AT + 2);
  return frame.readUInt8(IP_AT + 9) !== TCP || end > frame.length || at + LEAST_HEADER > end ? null : { at, end };
}

/** A kernel that takes a cable for a card leaves the sum of a segment to it. */
export function completeSum(frame: Buffer): Buffer {
  const segment = findSegment(frame);
  if (segment !== null) writeTcpSum(frame, segment);
  return frame;
}

/** The segment with its data and all behind it lost, and the connection with it; null if the frame has no data of TCP. */
export function toReset(frame: Buffer): Buffer | null {
  const segment = findSegment(frame);
  if (segment === null) return null;
  const { at, end } = segment;
  const dataAt = at + (frame.readUInt8(at + 12) >> 4) * 4;
  if (dataAt >= end) return null;
  const reset = Buffer.from(frame.subarray(0, at + LEAST_HEADER));
  reset.writeUInt16BE(reset.length - IP_AT, IP_AT + 2);
  reset.writeUInt8((LEAST_HEADER / 4) << 4, at + 12);
  reset.writeUInt8(RESET_AND_ACK, at + 13);
  reset.writeUInt16BE(0, IP_AT + 10);
  reset.writeUInt16BE(toSum(reset.subarray(IP_AT, at)), IP_AT + 10);
  writeTcpSum(reset, { at, end: reset.length });
  return reset;
}

/** RFC 9293, 3.1: over both addresses, the protocol, the length, and the segment. */
function writeTcpSum(frame: Buffer, { at, end }: { at: number; end: number }): void {
  frame.writeUInt16BE(0, at + 16);
  const pseudo = Buffer.alloc(12);
  frame.copy(pseudo, 0, IP_AT + 12, IP_AT + 20);
  pseudo.writeUInt16BE(TCP, 8);
  pseudo.writeUInt16BE(end - at, 10);
  frame.writeUInt16BE(toSum(Buffer.concat([pseudo, frame.subarray(at, end)])), at + 16);
}

/** RFC 1071. */
function toSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2)
    sum += at + 1 < bytes.length ? bytes.readUInt16BE(at) : bytes.readUInt8(at) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
