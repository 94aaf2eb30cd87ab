import { type Filesystem, MOST_HOLDERS, NAME_LIMIT, type Unreached } from '@trimtab/protocol';
import type { Processes, ProcessesView } from '../../ports/processes.ts';
import type { Mount } from '../mountinfo.ts';
import type { Deadline } from './deadline.ts';
import { numberOf } from './mounted-elsewhere.ts';
import type { Namespace } from './namespaces.ts';

/** Less than this a program has open at any time. */
const LEAST_BYTES = 1024 ** 2;

/** Each is a stat(2). */
export const MOST_MEASURED = 4096;

interface Query {
  readonly processes: Pick<Processes, 'measure'>;
  readonly view: ProcessesView;
  readonly filesystems: readonly Filesystem[];
  /** The agent's own. */
  readonly mounts: readonly Mount[];
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly deadline: Deadline;
}

/**
 * Files that were deleted and are open still, by the filesystem that keeps their blocks in use until they are closed.
 */
export async function findDeletedFiles(query: Query): Promise<readonly Unreached[]> {
  const { processes, view, filesystems, deadline } = query;
  const behindOf = createBehind(query);
  const kept = new Map<string, Kept>();
  let measured = 0;
  let isWhole = view.isWhole;
  for (const { pid, name, deleted, mountNamespace } of view.processes)
    for (const { descriptor, mountId } of deleted) {
      const mount = behindOf(mountNamespace).get(mountId);
      if (mount === undefined) continue;
      if (measured >= MOST_MEASURED || deadline.isOver()) {
        isWhole = false;
        break;
      }
      measured += 1;
      const file = await processes.measure({ pid, descriptor });
      if (file === null) continue;
      const here = kept.get(mount) ?? { files: new Map(), byProcess: new Map() };
      kept.set(mount, here);
      here.files.set(file.identity, file.bytes);
      const own = here.byProcess.get(pid) ?? { process: name.slice(0, NAME_LIMIT) || `${pid}`, files: new Map() };
      here.byProcess.set(pid, own);
      own.files.set(file.identity, file.bytes);
    }
  return filesystems.flatMap(({ mount }) => {
    const here = kept.get(mount);
    if (here === undefined || sum(here.files) < LEAST_BYTES) return [];
    return [{ type: 'deleted-files' as const, mount, ...toTold(here), isWhole }];
  });
}

type Files = Map<string, number>;

interface Kept {
  readonly files: Files;
  readonly byProcess: Map<number, { readonly process: string; readonly files: Files }>;
}

function toTold({ files, byProcess }: Kept) {
  const holders = [...byProcess].map(([pid, own]) => ({ pid, process: own.process, bytes: sum(own.files) }));
  return {
    bytes: sum(files),
    files: files.size,
    holders: holders.sort((one, other) => other.bytes - one.bytes).slice(0, MOST_HOLDERS),
  };
}

function sum(files: Files): number {
  return [...files.values()].reduce((total, bytes) => total + bytes, 0);
}

/**
 * Of a mount namespace, by the ids of its mounts, the filesystem that is behind. Only filesystems of this guest's
 * disks: stat(2) of one whose server is gone never returns.
 */
function createBehind({ mounts, namespaces, filesystems, view }: Query) {
  const points = new Set(filesystems.filter(({ devices }) => devices.length > 0).map(({ mount }) => mount));
  const speakers = new Map(
    mounts.filter(({ mountPoint }) => points.has(mountPoint)).map((mount) => [numberOf(mount), mount.mountPoint]),
  );
  const known = new Map<string | null, ReadonlyMap<number, string>>();
  return (namespace: string | null): ReadonlyMap<number, string> => {
    const theirs = namespace === view.ownNamespace ? mounts : (namespaces.get(namespace ?? '')?.mounts ?? []);
    const behind = known.get(namespace) ?? new Map(theirs.flatMap((mount) => toEntry(mount)));
    known.set(namespace, behind);
    return behind;
  };

  function toEntry(mount: Mount): [number, string][] {
    const point = speakers.get(numberOf(mount));
    return point === undefined ? [] : [[mount.id, point]];
  }
}
