import * as v from 'valibot';
import type { HostDisk } from '../model/domain.ts';
import type { QmpCommand } from '../ports/qmp.ts';
import { findDevice } from './find-device.ts';

/** What the block jobs of a guest do to one of its disks. */
export interface DiskJobs {
  /** The kinds of those that work on it, or of which nobody can tell on which disk they work. */
  readonly kinds: readonly string[];
  /**
   * The kind of the job whose node stands between the device and the image. It is opened without BDRV_O_UNMAP, so that
   * it drops every discard while the job runs [measured, QEMU 7.2: mirror, backup].
   */
  readonly droppedBy: string | null;
}

export const NO_JOBS: DiskJobs = { kinds: [], droppedBy: null };

/**
 * Asked only of a guest that has a job: a job's own name says nothing of the disk, the nodes that it put into the graph
 * do.
 */
export const JOB_QUESTIONS: readonly QmpCommand[] = [
  { execute: 'query-block' },
  { execute: 'query-named-block-nodes' },
];

/**
 * The nodes that jobs put into the graph, and whose they may be (block/mirror.c, commit.c, copy-before-write.c,
 * stream.c).
 */
const JOBS_OF_NODE: Readonly<Record<string, readonly string[]>> = {
  mirror_top: ['mirror', 'commit'],
  commit_top: ['commit'],
  'copy-before-write': ['backup'],
  'copy-on-read': ['stream'],
};

/** QMP BlockJobInfo (qapi/block-core.json), as far as it is read here. */
const jobsSchema = v.array(v.object({ type: v.string() }));

/** The kind of each job that `query-block-jobs` lists. Throws a ValiError for anything else. */
export function parseBlockJobs(answer: unknown): readonly string[] {
  return v.parse(jobsSchema, answer).map(({ type }) => type);
}

interface Image {
  readonly filename: string;
  readonly 'backing-image'?: Image | undefined;
}
const imageSchema: v.GenericSchema<unknown, Image> = v.object({
  filename: v.string(),
  'backing-image': v.optional(v.lazy(() => imageSchema)),
});

/** QMP BlockDeviceInfo: `file` is the name of the node, which a node of a job has from the one below it. */
const nodeSchema = v.object({ drv: v.string(), file: v.string(), 'node-name': v.optional(v.string()) });
const blocksSchema = v.array(
  v.object({
    device: v.string(),
    qdev: v.optional(v.string()),
    inserted: v.optional(v.object({ ...nodeSchema.entries, image: imageSchema })),
  }),
);
type Inserted = NonNullable<v.InferOutput<typeof blocksSchema>[number]['inserted']>;

/**
 * Which of the jobs work on this disk, by the answers to JOB_QUESTIONS. Throws a ValiError for answers of another
 * shape.
 */
export function readDiskJobs({
  running,
  answers: [blockAnswer, nodeAnswer],
  disk,
}: {
  /** The kind of each job of the guest. */
  running: readonly string[];
  answers: readonly unknown[];
  disk: Pick<HostDisk, 'id' | 'nodes'>;
}): DiskJobs {
  const blocks = v.parse(blocksSchema, blockAnswer);
  const jobNodes = v.parse(v.array(nodeSchema), nodeAnswer).filter(({ drv }) => Object.hasOwn(JOBS_OF_NODE, drv));
  const kindOf = (drv: string) => JOBS_OF_NODE[drv]?.find((kind) => running.includes(kind)) ?? null;
  const placed = blocks.flatMap(({ inserted }) => (inserted === undefined ? [] : findKinds(inserted).all));
  const astray = [...new Set(running)].filter((kind) => count(placed, kind) < count(running, kind));
  const device = findDevice({
    devices: blocks,
    namesOf: ({ qdev, device: drive, inserted }) => ({ qdev, drive, topNode: inserted?.['node-name'] }),
    disk,
  });
  const own = device?.inserted === undefined ? { all: [], above: [] } : findKinds(device.inserted);
  return { kinds: [...new Set([...own.all, ...astray])], droppedBy: own.above[0] ?? null };

  function findKinds({ drv, file, image }: Inserted): { all: readonly string[]; above: readonly string[] } {
    const chain = namesBelow(image);
    // A backup's node is what the device stands on now; that of a mirror is left out of the device's view.
    const above = [drv, ...jobNodes.filter((node) => node.drv !== drv && node.file === file).map((node) => node.drv)];
    const below = jobNodes.filter((node) => node.file !== file && chain.includes(node.file)).map((node) => node.drv);
    const toKinds = (drivers: readonly string[]) => drivers.flatMap((driver) => kindOf(driver) ?? []);
    return { all: toKinds([...above, ...below]), above: toKinds(above) };
  }
}

function namesBelow(image: Image): readonly string[] {
  const names: string[] = [];
  for (let at = image['backing-image']; at !== undefined; at = at['backing-image']) names.push(at.filename);
  return names;
}

function count(kinds: readonly string[], wanted: string): number {
  return kinds.filter((kind) => kind === wanted).length;
}
