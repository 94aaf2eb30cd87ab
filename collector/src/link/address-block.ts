/**
 * Whose budget an address draws on. A guest with IPv6 has 2^64 addresses of its own (RFC 4291, 2.5.1: the interface has
 * the lower half), so that its network counts as one; an IPv4 address in IPv6 (`::ffff:192.0.2.1`) is that address.
 */
export function toAddressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  // Of a channel it is no address.
  if (!/^[\da-f]*:[\da-f:.]*(?:%.*)?$/i.test(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
