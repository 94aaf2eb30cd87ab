/** PATH_MAX. */
export const LONGEST_PATH = 4096;

/** Drivers that only pass data on to what lies below them, among them those that block jobs put on top. */
const NO_FORMAT =
  /^(?:throttle|copy-on-read|copy-before-write|compress|preallocate|blk.*|mirror_top|commit_top|backup-top|replication|quorum|snapshot-access)$/;

/**
 * The image that a disk uses now. `image` is null where QEMU names no absolute path of this host: a relative one (its
 * working directory is not told), a descriptor handed over (`/dev/fdset/3`), the network.
 */
export function readImage({ drv, image }: { readonly drv: string; readonly image: { readonly filename: string } }): {
  readonly image: string | null;
  readonly format: string | null;
} {
  const filename = image.filename.startsWith('json:') ? fileOf(image.filename) : image.filename;
  const isPath = filename?.startsWith('/') === true && !filename.startsWith('/dev/fdset/');
  return {
    image: filename !== null && isPath && isPlain(filename) ? filename : null,
    format: drv === 'file' || drv === 'host_device' ? 'raw' : NO_FORMAT.test(drv) ? null : drv,
  };
}

/**
 * A graph that one file name cannot express is written `json:{"driver": "raw", "file": {"driver": "file", "filename":
 * …}}`.
 */
function fileOf(filename: string): string | null {
  try {
    let node: unknown = JSON.parse(filename.slice('json:'.length));
    for (let depth = 0; depth < 32 && isRecord(node); depth += 1) {
      const { driver, filename: path, file } = node;
      if (driver === 'file' || driver === 'host_device') return typeof path === 'string' ? path : null;
      node = file;
    }
  } catch {
    // Not JSON after all.
  }
  return null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPlain(path: string): boolean {
  return path.length <= LONGEST_PATH && !path.includes('\0');
}
