import { type Filesystem, MOST_HOLDERS, NAME_LIMIT, type Unreached } from '@trimtab/protocol';
import type { Processes, ProcessesView } from '../../ports/processes.ts';
import type { Mount } from '../mountinfo.ts';
import { type Namespace, numberOf } from './mounted-elsewhere.ts';

/** Less than this a program has open at any time. */
const LEAST_BYTES = 1024 ** 2;

/** Each is a stat(2). */
const MOST_MEASURED = 4096;

interface Query {
  readonly processes: Pick<Processes, 'measure'>;
  readonly view: ProcessesView;
  readonly filesystems: readonly Filesystem[];
  /** The agent's own. */
  readonly mounts: readonly Mount[];
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

/**
 * Files that were deleted and are open still, by the filesystem that keeps their blocks in use until they are closed.
 */
export async function findDeletedFiles(query: Query): Promise<readonly Unreached[]> {
  const { processes, view, filesystems } = query;
  const kept = new Map<string, Kept>();
  let measured = 0;
  for (const { pid, name, deleted, mountNamespace } of view.processes)
    for (const { descriptor, mountId } of deleted) {
      const mount = toFilesystem(query, { mountId, mountNamespace });
      if (mount === null || measured >= MOST_MEASURED) continue;
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
  const isWhole = view.isWhole && measured < MOST_MEASURED;
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

/** Only filesystems of this guest's disks: stat(2) of one whose server is gone never returns. */
function toFilesystem(
  { mounts, namespaces, filesystems, view }: Query,
  { mountId, mountNamespace }: { readonly mountId: number; readonly mountNamespace: string | null },
): string | null {
  const theirs = mountNamespace === view.ownNamespace ? mounts : namespaces.get(mountNamespace ?? '')?.mounts;
  const opened = theirs?.find(({ id }) => id === mountId);
  if (opened === undefined) return null;
  const speaker = mounts.find(
    (mount) =>
      numberOf(mount) === numberOf(opened) &&
      filesystems.some(({ devices, mount: point }) => devices.length > 0 && point === mount.mountPoint),
  );
  return speaker?.mountPoint ?? null;
}
