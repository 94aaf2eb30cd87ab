import { opendirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessView } from '../ports/processes.ts';
import { orNull } from './or-null.ts';

/**
 * The kernel's word for a file that has no name any more (d_path in fs/d_path.c); a name may end so too, see `measure`.
 */
const DELETED = / \(deleted\)$/;

/** What nearly every process has open, and is no disk. */
const NO_DISK = /^\/dev\/(null|zero|full|u?random|tty|pts\/|ptmx|console|kmsg|shm\/|mqueue|fuse|rtc|hpet)/;

/** What is seen of a process within the bounds, by its folder in /proc, and whether that is all of it. */
export function viewProcess({
  folder,
  pid,
  most,
  isOver,
}: {
  folder: string;
  pid: number;
  most: number;
  isOver: () => boolean;
}): { readonly view: ProcessView; readonly seen: number; readonly isAll: boolean } {
  const deleted: { descriptor: string; mountId: number }[] = [];
  const devices = new Set<string>();
  const { descriptors, isAll } = listDescriptors({ folder, most });
  let seen = 0;
  for (const descriptor of descriptors) {
    if (isOver()) break;
    seen += 1;
    const target = orNull(() => readlinkSync(join(folder, 'fd', descriptor))) ?? '';
    if (target.startsWith('/dev/') && !NO_DISK.test(target)) devices.add(target);
    if (!DELETED.test(target)) continue;
    const info = orNull(() => readFileSync(join(folder, 'fdinfo', descriptor), 'latin1')) ?? '';
    const mountId = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1];
    if (mountId !== undefined) deleted.push({ descriptor, mountId: Number(mountId) });
  }
  const mountNamespace = orNull(() => readlinkSync(join(folder, 'ns/mnt')));
  const name = (orNull(() => readFileSync(join(folder, 'comm'), 'utf8')) ?? '').trim();
  const view: ProcessView = { pid, name, mountNamespace, deleted, devices: [...devices] };
  // One that ended has no namespace any more, and nothing open; of one that may not be read it is not known.
  const isKnown = mountNamespace !== null || hasEnded(folder);
  return { view, seen, isAll: isAll && isKnown && seen === descriptors.length };
}

function listDescriptors({ folder, most }: { folder: string; most: number }) {
  const descriptors: string[] = [];
  const open = orNull(() => opendirSync(join(folder, 'fd')));
  if (open === null) return { descriptors, isAll: hasEnded(folder) };
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      if (descriptors.length >= most) return { descriptors, isAll: false };
      descriptors.push(entry.name);
    }
    return { descriptors, isAll: true };
  } catch {
    return { descriptors, isAll: hasEnded(folder) };
  } finally {
    open.closeSync();
  }
}

/** Also one of which only the exit status is left to be read. */
function hasEnded(folder: string): boolean {
  const stat = orNull(() => readFileSync(join(folder, 'stat'), 'latin1'));
  return stat === null || /^\d+ \(.*\) [ZX] /s.test(stat);
}
