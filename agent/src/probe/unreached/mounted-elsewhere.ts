import { NAME_LIMIT, type Unreached } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import type { ProcessesView } from '../../ports/processes.ts';
import { readNumberAttribute } from '../attributes.ts';
import { BLOCK_FOLDER } from '../device-names.ts';
import { findDevices } from '../devices.ts';
import { classifyKind, readNodevKinds } from '../filesystem-kinds.ts';
import { type Mount, parseMountinfo } from '../mountinfo.ts';
import { readDevicePath, readDisksBelow } from './disks-below.ts';

/** A host of containers has one for each, and they show the same filesystems over and over. */
const MOST_NAMESPACES = 128;
const MOST_TOLD = 64;

/** The mounts of another mount namespace, with the process that shows them. */
export interface Namespace {
  readonly pid: number;
  readonly process: string;
  readonly mounts: readonly Mount[];
}

/** The mount namespaces that are not the agent's, by their names. */
export async function readNamespaces({
  files,
  view,
}: {
  readonly files: KernelFiles;
  readonly view: ProcessesView;
}): Promise<ReadonlyMap<string, Namespace>> {
  const namespaces = new Map<string, Namespace>();
  if (view.ownNamespace === null) return namespaces;
  for (const { pid, name, mountNamespace } of view.processes) {
    if (mountNamespace === null || mountNamespace === view.ownNamespace || namespaces.has(mountNamespace)) continue;
    if (namespaces.size >= MOST_NAMESPACES) break;
    const mounts = parseMountinfo({ text: (await files.readText(`/proc/${pid}/mountinfo`)) ?? '' });
    namespaces.set(mountNamespace, { pid, process: name.slice(0, NAME_LIMIT) || `${pid}`, mounts });
  }
  return namespaces;
}

export const numberOf = ({ major, minor }: Mount): string => `${major}:${minor}`;

/** A filesystem of another namespace, with the devices that it stands on, by kernel name. */
export interface Elsewhere {
  readonly devices: readonly string[];
  readonly told: Unreached;
}

/** Filesystems that are mounted in another namespace and not in the agent's, each once. */
export async function findMountedElsewhere({
  files,
  namespaces,
  mounts,
}: {
  readonly files: KernelFiles;
  readonly namespaces: readonly Namespace[];
  /** The agent's own. */
  readonly mounts: readonly Mount[];
}): Promise<readonly Elsewhere[]> {
  const seen = new Set(mounts.map(numberOf));
  const nodevKinds = await readNodevKinds({ files });
  const found: Elsewhere[] = [];
  for (const { pid, process, mounts: theirs } of namespaces)
    for (const mount of theirs) {
      if (seen.has(numberOf(mount)) || classifyKind({ kind: mount.kind, nodevKinds }) !== 'block') continue;
      seen.add(numberOf(mount));
      const devices = await findDevices({ files, mount });
      const [name] = devices;
      if (name === undefined || found.length >= MOST_TOLD) continue;
      const size = await readNumberAttribute({ files, path: `${BLOCK_FOLDER}/${name}/size` });
      found.push({
        devices,
        told: {
          type: 'mounted-elsewhere',
          disks: await readDisksBelow({ files, names: devices }),
          path: await readDevicePath({ files, name }),
          bytes: Math.min((size ?? 0) * 512, Number.MAX_SAFE_INTEGER),
          kind: mount.kind,
          mount: mount.mountPoint,
          pid,
          process,
        },
      });
    }
  return found;
}
