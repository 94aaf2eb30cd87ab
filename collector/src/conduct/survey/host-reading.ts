import type { HostDisk, HostView } from '../../model/domain.ts';
import type { ImageReading, ImagesReading } from './read-images.ts';

/** The whole host at one moment: the hypervisor's guests with what stands behind each of their disks. */
export interface HostReading {
  readonly host: HostView;
  readonly images: ImagesReading;
  readonly imageOf: ImageOf;
}

/** What stands behind a disk of a domain. */
export type ImageOf = (disk: HostDisk) => ImageReading;

/** `readings` stand in the order of `disks`, which are known by identity. */
export function toImageOf(disks: readonly HostDisk[], { readings }: ImagesReading): ImageOf {
  const byDisk = new Map(disks.map((disk, index) => [disk, readings[index]] as const));
  return (disk) => byDisk.get(disk) ?? { state: null, pool: null, finding: null };
}
