import type { HostFiles } from '../ports/host-files.ts';
import { isQcow2, QCOW2_FIRST_BYTES, qcow2HeaderBytes } from './qcow2-header.ts';

/** The first bytes of an image: as many as its header takes if it is qcow2. Null if it cannot be read. */
export async function readQcow2Header(files: HostFiles, path: string): Promise<Uint8Array | null> {
  const first = await files.readHead(path, QCOW2_FIRST_BYTES);
  if (first === null || !isQcow2(first)) return first;
  const bytes = qcow2HeaderBytes(first);
  return bytes > first.byteLength && first.byteLength === QCOW2_FIRST_BYTES ? files.readHead(path, bytes) : first;
}
