import { NAME_LIMIT, PATH_LIMIT } from '@trimtab/protocol';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)), escapes undone. */
export interface Mount {
  readonly id: number;
  readonly parentId: number;
  /** The superblock's, so all subvolumes of one btrfs share it; major 0 where no single block device lies below. */
  readonly major: number;
  readonly minor: number;
  /** The folder of the filesystem that this mount shows; `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  readonly kind: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** Lines that are cut short or make no sense are left out: one odd mount must not hide the others. */
export function parseMountinfo({ text }: { readonly text: string }): readonly Mount[] {
  return text
    .split('\n')
    .map(parseLine)
    .filter((mount) => mount !== null);
}

function parseLine(line: string): Mount | null {
  const fields = line.split(' ');
  const [id, parentId, device, root, mountPoint, options] = fields;
  // Any number of optional fields (`shared:1 master:2`) stands before the dash.
  const dash = fields.indexOf('-', 6);
  if (dash < 0 || options === undefined || root === undefined || mountPoint === undefined) return null;
  const [kind, source, superOptions] = fields.slice(dash + 1);
  if (kind === undefined || source === undefined || superOptions === undefined) return null;

  const numbers = /^(\d{1,10}):(\d{1,10})$/.exec(device ?? '');
  if (numbers === null || !isId(id) || !isId(parentId)) return null;
  const mount: Mount = {
    id: Number(id),
    parentId: Number(parentId),
    major: Number(numbers[1]),
    minor: Number(numbers[2]),
    root: unescapeField(root),
    mountPoint: unescapeField(mountPoint),
    options: options.split(',').map(unescapeField),
    kind: unescapeField(kind),
    source: unescapeField(source),
    superOptions: superOptions.split(',').map(unescapeField),
  };
  return isAddressable(mount) ? mount : null;
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

/** `(unreachable)/x` and the like are mounts that no path of this process leads to. */
function isAddressable({ mountPoint, kind }: Mount): boolean {
  if (!mountPoint.startsWith('/') || mountPoint.length > PATH_LIMIT || mountPoint.includes('\0')) return false;
  return kind !== '' && kind.length <= NAME_LIMIT;
}

/**
 * The kernel writes space, tab, newline, backslash, `#` and, within options, the comma as a backslash and three octal
 * digits (mangle() in fs/proc_namespace.c). It never escapes NUL or bytes above 127, so those stay as they are.
 * fstab(5) uses the same escapes.
 */
export function unescapeField(field: string): string {
  return field.replace(/\\([01][0-7]{2})/g, (sequence, octal: string) =>
    octal === '000' ? sequence : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
