import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Processes, ProcessView } from '../ports/processes.ts';
import { orNull } from './or-null.ts';
import { viewProcess } from './process-view.ts';

/** Descriptors that are looked at in all: a guest may have a million. */
export const MOST_DESCRIPTORS = 50_000;

/**
 * `root` is where /proc is found. The kernel answers from memory, so it is asked directly, one process between two
 * other events.
 */
export function createProcesses({
  root,
  clock,
  mostMs,
}: {
  root: string;
  clock: Pick<Clock, 'monotonicMs'>;
  mostMs: number;
}): Processes {
  const at = (...parts: (string | number)[]): string => join(root, 'proc', ...parts.map(String));
  return {
    async walk() {
      const processes: ProcessView[] = [];
      const namespaces = new Set<string | null>([null]);
      const until = clock.monotonicMs() + mostMs;
      const isOver = () => clock.monotonicMs() > until;
      let left = MOST_DESCRIPTORS;
      let isWhole = showsAll();
      for (const pid of listPids(at())) {
        if (left <= 0 || isOver()) {
          isWhole = false;
          break;
        }
        const { view, seen, isAll } = viewProcess({ folder: at(pid), pid, most: left, isOver });
        isWhole &&= isAll;
        left -= seen;
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

  /**
   * In a pid namespace of its own a /proc has a part of the processes; where it has all, 2 makes the kernel's threads.
   */
  function showsAll(): boolean {
    return orNull(() => readFileSync(at(2, 'comm'), 'utf8')) === 'kthreadd\n';
  }
}

function listPids(folder: string): readonly number[] {
  const names = orNull(() => readdirSync(folder)) ?? [];
  return names.filter((name) => /^[1-9]\d{0,7}$/.test(name)).map(Number);
}
