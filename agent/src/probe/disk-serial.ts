import { NAME_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';

const PAGE_HEADER_BYTES = 4;
const SERIAL_PAGE = 0x80;

/**
 * The serial number that the host gave a disk. virtio-blk has it in `serial` (20 characters at most), NVMe and MMC in
 * `device/serial`, padded; a SCSI or SATA disk only in VPD page 0x80. Null where the host gave none.
 */
export async function readSerial({
  files,
  name,
}: {
  readonly files: KernelFiles;
  readonly name: string;
}): Promise<string | null> {
  const folder = `${BLOCK_FOLDER}/${name}`;
  const serial =
    (await readAttribute({ files, path: `${folder}/serial` })) ??
    (await readAttribute({ files, path: `${folder}/device/serial` })) ??
    parseSerialPage(await files.readBytes(`${folder}/device/vpd_pg80`));
  // A serial cut short could be that of another disk.
  return serial !== null && serial.length <= NAME_LIMIT ? serial : null;
}

/** SPC-4, 7.8.15: byte 1 is the page code, bytes 2 and 3 the length, then ASCII, padded with spaces. */
function parseSerialPage(page: Uint8Array | null): string | null {
  if (page === null || page.length < PAGE_HEADER_BYTES || page[1] !== SERIAL_PAGE) return null;
  const length = ((page[2] ?? 0) << 8) | (page[3] ?? 0);
  const serial = String.fromCharCode(
    ...page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + Math.min(length, NAME_LIMIT)),
  )
    .replaceAll('\0', ' ')
    .trim();
  return /^[\x20-\x7e]+$/.test(serial) ? serial : null;
}
