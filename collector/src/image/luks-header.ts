/** As much as is read of a LUKS header. */
export const LUKS_BYTES = 512;

const MAGIC = [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe];
const SECTOR_BYTES = 512;

/**
 * Where the guest's data begins, in bytes: `payload-offset` of LUKS1 (LUKS On-Disk Format Specification 1.2), the only
 * version that QEMU's driver opens. Null where the bytes are no such header.
 */
export function readLuksPayloadOffset(header: Uint8Array): number | null {
  if (header.byteLength < LUKS_BYTES || !MAGIC.every((byte, index) => header[index] === byte)) return null;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return view.getUint16(6) === 1 ? view.getUint32(104) * SECTOR_BYTES : null;
}
