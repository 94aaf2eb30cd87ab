import { Fault } from '@trimtab/protocol/shared';

/**
 * The format of an image that nobody named: qcow2 by its magic number, else raw. The bytes may be the guest's own (a raw
 * disk made to look like qcow2), so a header that sends the reader to another file is refused (CVE-2024-4467).
 */
export function findFormat({ path, header }: { path: string; header: Uint8Array }): 'raw' | 'qcow2' {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.byteLength < QCOW2_V3_HEADER_BYTES || view.getUint32(0) !== QCOW2_MAGIC) return 'raw';
  const hasFeatures = view.getUint32(4) >= 3;
  if (hasFeatures && (view.getBigUint64(INCOMPATIBLE_FEATURES_AT) & EXTERNAL_DATA_FILE) !== 0n)
    throw new Fault({
      code: 'unsafe-image',
      operation: 'look at an image',
      subject: path,
      cause: 'nobody said its format, and its header names another file to read data from',
      hint: 'If that is meant, say format=qcow2 in the command line of its QEMU or in [[guest.disk]].',
    });
  return 'qcow2';
}

/** docs/interop/qcow2.txt: "QFI\xfb"; the bits of incompatible_features start at byte 72, bit 2 is the external data file. */
const QCOW2_MAGIC = 0x514649fb;
const QCOW2_V3_HEADER_BYTES = 104;
const INCOMPATIBLE_FEATURES_AT = 72;
const EXTERNAL_DATA_FILE = 4n;
