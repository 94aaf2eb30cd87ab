import type { Fault } from '@trimtab/protocol/shared';
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
  return async (disks: readonly HostDisk[]): Promise<ImagesReading> => {
    const { reads, thinPools } = await images.inspect(disks);
    const mounts = await readMounts(files);
    const mountsOfProcess = createMountsOfProcess(files);
    const readings = await Promise.all(
      reads.map((read) =>
        read.kind === 'refused'
          ? { ...NOTHING, finding: toFinding(read.fault) }
          : addPool({ image: read.image, mounts, mountsOfProcess, thinPools }),
      ),
    );
    return { readings, thinPools };
  };

  async function addPool({
    image,
    mounts,
    mountsOfProcess,
    thinPools,
  }: {
    image: ImageState;
    mounts: readonly Mount[];
    mountsOfProcess: MountsOfProcess;
    thinPools: readonly ThinPool[];
  }): Promise<ImageReading> {
    if (image.kind !== 'file') {
      const thinPool = thinPools.find(({ key }) => key === image.pool);
      return { state: image, pool: thinPool === undefined ? null : describeThinPool(thinPool), finding: null };
    }
    if (image.dataFile === undefined && image.at !== image.path)
      return addPoolOfProcess(image, { mounts, mountsOfProcess });
    const pool = await findPool({ files, path: image.dataFile ?? image.path, mounts });
    if (pool === null) return { ...NOTHING, finding: noPool(image) };
    const state = { ...image, pool: pool.mountPoint, lagMs: toLagMs(pool) };
    return { state, pool: await toFacts(pool), finding: null };
  }

  /** Of a filesystem that only the process has mounted, the free space is known and no name. */
  async function addPoolOfProcess(
    image: ImageState,
    seen: { mounts: readonly Mount[]; mountsOfProcess: MountsOfProcess },
  ): Promise<ImageReading> {
    const found = await findPoolOfProcess({ files, path: image.path, at: image.at, ...seen });
    if (found === null) return { ...NOTHING, finding: noPool(image) };
    const { mount, isHere } = found;
    const state = { ...image, pool: isHere ? mount.mountPoint : null, lagMs: toLagMs(mount) };
    return { state, pool: await toFacts(mount), finding: null };
  }

  async function toFacts(mount: Mount): Promise<PoolFacts> {
    return { ...describeFilesystem(mount), thinBelow: await findThinBelow({ files, mount }) };
  }
}

const NOTHING = { state: null, pool: null } as const;

function toFinding({ message, detail }: Fault): Finding {
  return { subject: detail.subject, sentence: message, hint: detail.hint };
}

function noPool({ path }: ImageState): Finding {
  return { subject: path, sentence: `${path} is in no mounted filesystem of this host`, hint: null };
}
