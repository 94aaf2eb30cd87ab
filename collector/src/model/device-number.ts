/** `253:4` of a dev_t as glibc packs it (gnu_dev_major(3)), as /sys/dev/block and mountinfo write it. */
export function formatDeviceNumber(device: number): string {
  // The numbers may exceed 32 bits, so no bit operators.
  const packed = BigInt(device);
  const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & ~0xfffn);
  const minor = (packed & 0xffn) | ((packed >> 12n) & 0xffff_ff00n);
  return `${major}:${minor}`;
}
