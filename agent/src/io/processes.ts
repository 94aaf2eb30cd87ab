import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Processes, ProcessView } from '../ports/processes.ts';

/** Descriptors that are looked at in all, and the time for it: a guest may have a million. */
const MOST_DESCRIPTORS = 50_000;
const MOST_MS = 1_000;

/**
 * The kernel's word for a file that has no name any more (d_path in fs/d_path.c); a name may end so too, see `measure`.
 */
const DELETED = / \(deleted\)$/;

/** What nearly every process has open, and is no disk. */
const NO_DISK = /^\/dev\/(null|zero|full|u?random|tty|pts\/|ptmx|console|kmsg|shm\/|mqueue|fuse|rtc|hpet)/;

/**
 * `root` is where /proc is found. The kernel answers from memory, so it is asked directly, one process between two
 * other events.
 */
export function createProcesses({ root, clock }: { root: string; clock: Pick<Clock, 'monotonicMs'> }): Processes {
  const at = (...parts: (string | number)[]): string => join(root, 'proc', ...parts.map(String));
  return {
    async walk() {
      const processes: ProcessView[] = [];
      const namespaces = new Set<string | null>([null]);
      const until = clock.monotonicMs() + MOST_MS;
      let left = MOST_DESCRIPTORS;
      let isWhole = true;
      for (const pid of listPids(at())) {
        if (left <= 0 || clock.monotonicMs() > until) {
          isWhole = false;
          break;
        }
        const descriptors = orNull(() => readdirSync(at(pid, 'fd')));
        // A thread of the kernel has none, a process that ended neither.
        if (descriptors === null) isWhole &&= orNull(() => statSync(at(pid))) === null;
        const own = (descriptors ?? []).slice(0, left);
        isWhole &&= own.length === (descriptors ?? []).length;
        left -= own.length;
        const view = viewOf({ pid, descriptors: own });
        // Of the others nothing is told but that they are there.
        if (view.deleted.length + view.devices.length > 0 || !namespaces.has(view.mountNamespace)) processes.push(view);
        namespaces.add(view.mountNamespace);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { processes, isWhole, ownNamespace: orNull(() => readlinkSync(at('self', 'ns', 'mnt'))) };
    },
    async measure({ pid, descriptor }) {
      const found = orNull(() => statSync(at(pid, 'fd', descriptor)));
      if (found === null || found.nlink > 0 || !found.isFile()) return null;
      return { identity: `${found.dev} ${found.ino}`, bytes: found.blocks * 512 };
    },
  };

  function viewOf({ pid, descriptors }: { pid: number; descriptors: readonly string[] }): ProcessView {
    const deleted: { descriptor: string; mountId: number }[] = [];
    const devices = new Set<string>();
    for (const descriptor of descriptors) {
      const target = orNull(() => readlinkSync(at(pid, 'fd', descriptor))) ?? '';
      if (target.startsWith('/dev/') && !NO_DISK.test(target)) devices.add(target);
      if (!DELETED.test(target)) continue;
      const info = orNull(() => readFileSync(at(pid, 'fdinfo', descriptor), 'latin1')) ?? '';
      const mountId = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1];
      if (mountId !== undefined) deleted.push({ descriptor, mountId: Number(mountId) });
    }
    return {
      pid,
      name: (orNull(() => readFileSync(at(pid, 'comm'), 'utf8')) ?? '').trim(),
      mountNamespace: orNull(() => readlinkSync(at(pid, 'ns', 'mnt'))),
      deleted,
      devices: [...devices],
    };
  }
}

function listPids(folder: string): readonly number[] {
  const names = orNull(() => readdirSync(folder)) ?? [];
  return names.filter((name) => /^[1-9]\d{0,7}$/.test(name)).map(Number);
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
