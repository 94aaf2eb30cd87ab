import { NAME_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import type { ProcessesView } from '../../ports/processes.ts';
import { type Mount, parseMountinfo } from '../mountinfo.ts';
import type { Deadline } from './deadline.ts';

/** A host of containers has one for each, and they show the same filesystems over and over. */
export const MOST_NAMESPACES = 128;

/** Some thousand mounts of one namespace, and of all. */
export const MOST_BYTES = 1024 ** 2;
export const MOST_BYTES_IN_ALL = 8 * 1024 ** 2;

/** The mounts of another mount namespace, with the process that shows them. */
export interface Namespace {
  readonly pid: number;
  readonly process: string;
  readonly mounts: readonly Mount[];
}

export interface Namespaces {
  /** Those that are not the agent's, by their names. */
  readonly byName: ReadonlyMap<string, Namespace>;
  /** False: there may be others. A device that is mounted in none of these may be mounted all the same. */
  readonly isWhole: boolean;
}

export async function readNamespaces({
  files,
  view,
  deadline,
}: {
  readonly files: KernelFiles;
  readonly view: ProcessesView;
  readonly deadline: Deadline;
}): Promise<Namespaces> {
  const byName = new Map<string, Namespace>();
  const { ownNamespace } = view;
  if (ownNamespace === null) return { byName, isWhole: false };
  let { isWhole } = view;
  let leftBytes = MOST_BYTES_IN_ALL;
  for (const { pid, name, mountNamespace } of view.processes) {
    if (mountNamespace === null || mountNamespace === ownNamespace || byName.has(mountNamespace)) continue;
    if (byName.size >= MOST_NAMESPACES || leftBytes <= 0 || deadline.isOver()) {
      isWhole = false;
      break;
    }
    const text = await files.readText(`/proc/${pid}/mountinfo`, { mostBytes: Math.min(MOST_BYTES, leftBytes) });
    // It ended, or has too many mounts.
    if (text === null) {
      isWhole = false;
      continue;
    }
    leftBytes -= Buffer.byteLength(text);
    byName.set(mountNamespace, {
      pid,
      process: name.slice(0, NAME_LIMIT) || `${pid}`,
      mounts: parseMountinfo({ text }),
    });
  }
  return { byName, isWhole };
}
