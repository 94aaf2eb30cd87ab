import type { Disk } from '@trimtab/protocol';
import type { Domain, HostDisk } from './domain.ts';
import type { ImageState } from './image.ts';
import type { PoolFacts } from './pool.ts';

/** The strongest first. */
export type MatchKey =
  | 'same-kernel'
  /** libvirt has found it by the address that qemu-ga tells. */
  | 'libvirt-target'
  | 'serial'
  | 'wwn'
  | 'pci-path'
  | 'behaviour'
  | 'only-one-of-its-size';

/** Which disk of the hypervisor a disk of the guest is, and by which key that was told. */
export interface DiskMatch {
  readonly disk: Disk;
  readonly hostDisk: HostDisk | null;
  readonly matchedBy: MatchKey | null;
  /** Why nothing was matched, for people; null when something was. */
  readonly why: string | null;
}

/** A disk of a guest with the image behind it, as far as it is known. */
export interface DiskPath {
  readonly match: DiskMatch;
  readonly domain: Domain | null;
  readonly image: ImageState | null;
  /** What the image's pool is; null where none is known. */
  readonly pool: PoolFacts | null;
  /** Why there is no image, for people; null when there is. */
  readonly missing: string | null;
}

/** Of the images behind these disks, as far as they are known; one for each image. */
export const poolsOf = (paths: readonly DiskPath[]): string[] => paths.flatMap(({ image }) => image?.pool ?? []);
