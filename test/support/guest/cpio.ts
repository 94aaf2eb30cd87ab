export interface CpioEntry {
  /** Without a leading slash. */
  readonly path: string;
  /** File type and permission bits, as in stat(2). */
  readonly mode: number;
  readonly data: Uint8Array;
}

export const REGULAR = 0o100000;
export const DIRECTORY = 0o040000;

/**
 * An archive in the "newc" format the kernel unpacks as its initramfs (Documentation/driver-api/early-userspace/
 * buffer-format.rst). Parent directories are added; archives may be concatenated.
 */
export function createCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  const all = [...withParents(entries), { path: 'TRAILER!!!', mode: 0, data: new Uint8Array() }];
  for (const [index, { path, mode, data }] of all.entries()) {
    const name = Buffer.from(`${path}\0`);
    const fields = [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
    parts.push(padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(data)));
  }
  return Buffer.concat(parts);
}

function withParents(entries: readonly CpioEntry[]): CpioEntry[] {
  const given = new Set(entries.map(({ path }) => path));
  const parents = new Map<string, CpioEntry>();
  for (const { path } of entries) {
    const names = path.split('/').slice(0, -1);
    for (const depth of names.keys()) {
      const parent = names.slice(0, depth + 1).join('/');
      if (!given.has(parent)) parents.set(parent, { path: parent, mode: DIRECTORY | 0o755, data: new Uint8Array() });
    }
  }
  return [...parents.values(), ...entries];
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % 4;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - rest)]);
}
