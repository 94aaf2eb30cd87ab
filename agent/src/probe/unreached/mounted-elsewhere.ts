import type { Unreached } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import { readNumberAttribute } from '../attributes.ts';
import { BLOCK_FOLDER } from '../device-names.ts';
import { findDevices } from '../devices.ts';
import { classifyKind, readNodevKinds } from '../filesystem-kinds.ts';
import type { Mount } from '../mountinfo.ts';
import type { Deadline } from './deadline.ts';
import { readDevicePath, readDisksBelow } from './disks-below.ts';
import type { Namespace } from './namespaces.ts';

export const MOST_TOLD = 64;

export const numberOf = ({ major, minor }: Mount): string => `${major}:${minor}`;

export interface Elsewhere {
  readonly told: readonly Unreached[];
  /** All that something is mounted of, by kernel name; also of what is not told. */
  readonly devices: readonly string[];
  /** False: the time was over, and more may be mounted. */
  readonly isWhole: boolean;
}

/** Filesystems that are mounted in another namespace and not in the agent's, each once. */
export async function findMountedElsewhere({
  files,
  namespaces,
  mounts,
  deadline,
}: {
  readonly files: KernelFiles;
  readonly namespaces: readonly Namespace[];
  /** The agent's own. */
  readonly mounts: readonly Mount[];
  readonly deadline: Deadline;
}): Promise<Elsewhere> {
  const seen = new Set(mounts.map(numberOf));
  const nodevKinds = await readNodevKinds({ files });
  const told: Unreached[] = [];
  const devices: string[] = [];
  for (const { pid, process, mounts: theirs } of namespaces)
    for (const mount of theirs) {
      if (seen.has(numberOf(mount))) continue;
      seen.add(numberOf(mount));
      const storage = classifyKind({ kind: mount.kind, nodevKinds });
      if (storage === 'nothing' || storage === 'network' || storage === 'overlay') continue;
      if (deadline.isOver()) return { told, devices, isWhole: false };
      const own = await findDevices({ files, mount });
      devices.push(...own);
      const [name] = own;
      if (storage !== 'block' || name === undefined || told.length >= MOST_TOLD) continue;
      const size = await readNumberAttribute({ files, path: `${BLOCK_FOLDER}/${name}/size` });
      told.push({
        type: 'mounted-elsewhere',
        disks: await readDisksBelow({ files, names: own }),
        path: await readDevicePath({ files, name }),
        bytes: Math.min((size ?? 0) * 512, Number.MAX_SAFE_INTEGER),
        kind: mount.kind,
        mount: mount.mountPoint,
        pid,
        process,
      });
    }
  return { told, devices, isWhole: true };
}
