import type { Fault } from '@trimtab/protocol/shared';
import type { Images } from '../image/images.ts';
import type { Finding, HostDisk } from '../model/domain.ts';
import type { ImageState } from '../model/image.ts';
import type { ThinPool } from '../model/volumes.ts';
import { toLagMs } from '../pool/filesystem-kinds.ts';
import { type Mount, readMounts } from '../pool/mounts.ts';
import { findPool } from '../pool/pool-of-image.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** An image as far as it could be read. */
export interface ImageLook {
  readonly state: ImageState | null;
  readonly finding: Finding | null;
}

export interface ImagesLook {
  /** In the order of the disks. */
  readonly looks: readonly ImageLook[];
  readonly thinPools: readonly ThinPool[];
}

/** Looks at the images behind disks: what they are, what they take, which pools they are in. What cannot be read becomes a finding. */
export function createImagesLook({ files, images }: { files: HostFiles; images: Pick<Images, 'inspect'> }) {
  return async (disks: readonly HostDisk[]): Promise<ImagesLook> => {
    const { reads, thinPools } = await images.inspect(disks);
    const mounts = await readMounts(files);
    const looks = await Promise.all(
      reads.map(({ image, fault }) =>
        image === null ? { state: null, finding: toFinding(fault) } : addPool(image, mounts),
      ),
    );
    return { looks, thinPools };
  };

  async function addPool(image: ImageState, mounts: readonly Mount[]): Promise<ImageLook> {
    if (image.kind !== 'file') return { state: image, finding: null };
    const pool = await findPool({ files, path: image.path, mounts });
    if (pool === null) return { state: null, finding: noPool(image) };
    return { state: { ...image, pool: pool.mountPoint, lagMs: toLagMs(pool) }, finding: null };
  }
}

function toFinding({ message, detail }: Fault): Finding {
  return { subject: detail.subject, sentence: message, hint: detail.hint };
}

function noPool({ path }: ImageState): Finding {
  return { subject: path, sentence: `${path} is in no mounted filesystem of this host`, hint: null };
}
