import type { Fault } from '@trimtab/protocol/shared';
import { createSharedReading } from '../../coordinate/shared-reading.ts';
import type { Images } from '../../image/images.ts';
import type { Finding, HostDisk } from '../../model/domain.ts';
import type { ImageState } from '../../model/image.ts';
import type { PoolFacts } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import { describeFilesystem, toLagMs } from '../../pool/filesystem-kinds.ts';
import { createMountsOfProcess, type Mount, type MountsOfProcess, readMounts } from '../../pool/mounts.ts';
import { findPool, findPoolOfProcess } from '../../pool/pool-of-image.ts';
import { findThinBelow } from '../../pool/thin-below.ts';
import { describeThinPool } from '../../pool/thin-pool.ts';
import type { HostFiles } from '../../ports/host-files.ts';

/** An image as far as it could be read. */
export interface ImageReading {
  readonly state: ImageState | null;
  /** What its pool is; null where none is known. */
  readonly pool: PoolFacts | null;
  readonly finding: Finding | null;
}

export interface ImagesReading {
  /** In the order of the disks. */
  readonly readings: readonly ImageReading[];
  readonly thinPools: readonly ThinPool[];
}

/**
 * Reads what the images behind disks are, what they take and which pools they are in. What cannot be read becomes a
 * finding.
 */
export function createReadImages({ files, images }: { files: HostFiles; images: Pick<Images, 'inspect'> }) {
  // For as many guests as want to trim at once.
  const readOwnMounts = createSharedReading(() => readMounts(files));
  return async (disks: readonly HostDisk[]): Promise<ImagesReading> => {
    const { reads, thinPools } = await images.inspect(disks);
    const mounts = await readOwnMounts();
    const mountsOfProcess = createMountsOfProcess(files);
    const factsOf = createFactsOf();
    const readings = await Promise.all(
      reads.map((read) =>
        read.kind === 'refused'
          ? { ...NOTHING, finding: toFinding(read.fault) }
          : addPool({ image: read.image, device: read.device, mounts, mountsOfProcess, thinPools, factsOf }),
      ),
    );
    return { readings, thinPools };
  };

  async function addPool({
    image,
    device,
    mounts,
    mountsOfProcess,
    thinPools,
    factsOf,
  }: {
    image: ImageState;
    device: number | null;
    mounts: readonly Mount[];
    mountsOfProcess: MountsOfProcess;
    thinPools: readonly ThinPool[];
    factsOf: FactsOf;
  }): Promise<ImageReading> {
    if (image.kind !== 'file') {
      const thinPool = thinPools.find(({ key }) => key === image.pool);
      return { state: image, pool: thinPool === undefined ? null : describeThinPool(thinPool), finding: null };
    }
    if (image.dataFile === undefined && image.at !== image.path)
      return addPoolOfProcess(image, { mounts, mountsOfProcess, factsOf });
    const pool = await findPool({
      files,
      path: image.dataFile ?? image.path,
      device: image.dataFile === undefined ? device : null,
      mounts,
    });
    if (pool === null) return { ...NOTHING, finding: noPool(image) };
    const state = { ...image, pool: pool.mountPoint, lagMs: toLagMs(pool) };
    return { state, pool: await factsOf(pool), finding: null };
  }

  /** Of a filesystem that only the process has mounted, the free space is known and no name. */
  async function addPoolOfProcess(
    image: ImageState,
    { factsOf, ...seen }: { mounts: readonly Mount[]; mountsOfProcess: MountsOfProcess; factsOf: FactsOf },
  ): Promise<ImageReading> {
    const found = await findPoolOfProcess({ files, path: image.path, at: image.at, ...seen });
    if (found === null) return { ...NOTHING, finding: noPool(image) };
    const { mount, isHere } = found;
    const state = { ...image, pool: isHere ? mount.mountPoint : null, lagMs: toLagMs(mount) };
    return { state, pool: await factsOf(mount), finding: null };
  }

  /** Each filesystem is looked at once for all of its images. */
  function createFactsOf(): FactsOf {
    const known = new Map<Mount, Promise<PoolFacts>>();
    return (mount) => {
      const facts = known.get(mount) ?? toFacts(mount);
      known.set(mount, facts);
      return facts;
    };
  }

  async function toFacts(mount: Mount): Promise<PoolFacts> {
    return { ...describeFilesystem(mount), thinBelow: await findThinBelow({ files, mount }) };
  }
}

type FactsOf = (mount: Mount) => Promise<PoolFacts>;

const NOTHING = { state: null, pool: null } as const;

function toFinding({ message, detail }: Fault): Finding {
  return { subject: detail.subject, sentence: message, hint: detail.hint };
}

function noPool({ path }: ImageState): Finding {
  return { subject: path, sentence: `${path} is in no mounted filesystem of this host`, hint: null };
}
