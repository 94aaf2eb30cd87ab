import { dirname, resolve } from 'node:path/posix';
import { toIdentity } from '../model/opened-image.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { toUnsafeImage } from './image-faults.ts';
import { type Backing, isQcow2, parseQcow2Header } from './qcow2-header.ts';
import { readQcow2Header } from './read-qcow2-header.ts';

/** More than any tool makes; a chain that is longer is a cycle in disguise, or an attack. */
export const MOST_IMAGES = 200;

/**
 * The images below one, the nearest first, step by step from their headers. A header is written by whoever made the
 * image, so its word tells a name and gives no permission: a name that is no plain path is refused, and a file is
 * opened only when `mayOpen` allows it and the header above says that it is qcow2. Else the chain ends with its name.
 * Throws a Fault `unsafe-image`.
 */
export async function readBackingChain(chain: {
  readonly files: HostFiles;
  readonly path: string;
  readonly status: FileStatus;
  readonly backing: Backing | null;
  mayOpen(path: string): boolean;
}): Promise<readonly string[]> {
  const { files, path, mayOpen } = chain;
  const seen = new Set([toIdentity(chain.status)]);
  const found: string[] = [];
  let above = path;
  for (let backing = chain.backing; backing !== null; ) {
    const at = resolveName({ path, above, name: backing.name });
    const status = await files.status(at);
    if (status !== null && seen.has(toIdentity(status)))
      throw toUnsafeImage({ path, cause: `its backing files form a circle at ${at}` });
    if (found.push(at) > MOST_IMAGES)
      throw toUnsafeImage({ path, cause: `it has more than ${MOST_IMAGES} backing files` });
    if (status === null || !status.isFile || backing.format !== 'qcow2' || !mayOpen(at)) return found;
    // A link in an allowed folder may lead anywhere.
    if ((await files.readLink(at)) !== null) return found;
    seen.add(toIdentity(status));
    const header = await readQcow2Header(files, at);
    if (header === null || !isQcow2(header)) return found;
    backing = parseQcow2Header({ path: at, header, lengthBytes: status.physicalBytes }).backing;
    above = at;
  }
  return found;
}

/**
 * QEMU takes what stands before a colon, if no slash comes first, for a protocol (path_has_protocol, util/…/block.c):
 * `json:`, `nbd:`, `fat:`, `file:` and whatever else is built in.
 */
function resolveName({ path, above, name }: { path: string; above: string; name: string }): string {
  const protocol = /^([^/]*?):/.exec(name)?.[1];
  if (protocol !== undefined)
    throw toUnsafeImage({
      path,
      cause: `the header of ${above} names a backing file by '${protocol}:', and only paths are followed`,
    });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (name === '' || /[\u0000-\u001f\u007f]/.test(name))
    throw toUnsafeImage({
      path,
      cause: `the header of ${above} names a backing file with characters that no image has`,
    });
  // What is read below /proc/PID/root names files of that root.
  const root = /^\/proc\/\d+\/root(?=\/)/.exec(above)?.[0] ?? '';
  return name.startsWith('/') ? `${root}${resolve(name)}` : resolve(dirname(above), name);
}
