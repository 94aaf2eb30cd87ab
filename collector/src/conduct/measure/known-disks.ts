import type { DiskPath } from '../../model/disk-path.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { ImageState } from '../../model/image.ts';
import type { PoolFacts } from '../../model/pool.ts';

/** A disk of a guest that an image is known of. */
export interface KnownDisk {
  /** The guest's name for the disk. */
  readonly name: string;
  readonly hostDisk: HostDisk;
  readonly image: ImageState;
  readonly pool: PoolFacts | null;
  readonly domain: Domain;
}

export function onlyKnown(paths: readonly DiskPath[]): readonly KnownDisk[] {
  return paths.flatMap(({ match, image, pool, domain }) =>
    image === null || match.hostDisk === null || domain === null
      ? []
      : [{ name: match.disk.name, hostDisk: match.hostDisk, image, pool, domain }],
  );
}

/** Each image once, also when it stands behind two disks. */
export function toImages(disks: readonly KnownDisk[]): readonly ImageState[] {
  return [...new Map(disks.map(({ image }) => [image.path, image])).values()];
}

/** Can this host see what the image takes? */
export function isMeasured({ unmeasured }: ImageState): boolean {
  return unmeasured === null;
}
