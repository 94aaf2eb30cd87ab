import type { HostDisk } from '../model/domain.ts';
import { toIdentity } from '../model/opened-image.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { toBadPath, toImageGone, toNoImage, toSilentPlace } from './image-faults.ts';

/** Where an image lies, as far as paths, stat(2) and /sys tell. */
export type Place =
  | { readonly kind: 'file'; readonly status: FileStatus }
  | {
      readonly kind: 'device';
      readonly status: FileStatus;
      /** `253:4`. */
      readonly number: string;
      /** `dm-4`, `sdb1`, `zd16`. */
      readonly name: string;
      readonly sizeBytes: number | null;
      readonly isLvm: boolean;
    }
  /** QEMU has another file open than the one that its name leads to, and that cannot be reached. */
  | { readonly kind: 'hidden'; readonly why: string }
  /** A part of a file or device: what the part takes of it nobody tells. */
  | { readonly kind: 'part' }
  | { readonly kind: 'rbd'; readonly pool: string; readonly image: string }
  | { readonly kind: 'network'; readonly protocol: string };

/** Throws a Fault `image-gone`, `image-unreadable`, `bad-image-path` or `no-image`. */
export async function locateImage({
  files,
  disk,
}: {
  files: HostFiles;
  disk: Pick<HostDisk, 'image' | 'storage' | 'opened'>;
}): Promise<Place> {
  const { image, storage, opened } = disk;
  if (storage === 'network') return toNetworkPlace(image);
  if (storage === 'part') return { kind: 'part' };
  if (!image.startsWith('/')) throw toBadPath(image);
  if (opened?.kind === 'hidden') return { kind: 'hidden', why: opened.why };
  const status = await files.status(whereIs(disk), { name: image });
  if (status === null) {
    const place = files.silentPlace(whereIs(disk)) ?? files.silentPlace(image);
    throw place === null ? toImageGone(image) : toSilentPlace(place);
  }
  if (opened?.kind === 'elsewhere' && toIdentity(status) !== opened.identity)
    return { kind: 'hidden', why: 'its QEMU has just opened another file' };
  if (!status.isFile && !status.isBlockDevice) throw toNoImage(image);
  if (status.deviceNumber === null) return { kind: 'file', status };
  return locateDevice(files, status, status.deviceNumber);
}

/** Where this host finds the file that QEMU has open. */
export function whereIs({ image, opened }: Pick<HostDisk, 'image' | 'opened'>): string {
  return opened?.kind === 'elsewhere' ? opened.at : image;
}

const SECTOR_BYTES = 512;

async function locateDevice(files: HostFiles, status: FileStatus, number: string): Promise<Place> {
  const at = `/sys/dev/block/${number}`;
  const name = (await files.readLink(at))?.split('/').at(-1) ?? number;
  const mapped = /^rbd(\d+)/.exec(name)?.[1];
  if (mapped !== undefined) {
    // Documentation/ABI/testing/sysfs-bus-rbd.
    const [pool, image] = await Promise.all(
      ['pool', 'name'].map((attribute) => files.readText(`/sys/bus/rbd/devices/${mapped}/${attribute}`)),
    );
    if (pool && image) return { kind: 'rbd', pool: pool.trim(), image: image.trim() };
  }
  const [sectors, mapperUuid] = await Promise.all([files.readText(`${at}/size`), files.readText(`${at}/dm/uuid`)]);
  const sizeBytes = sectors === null ? null : Number(sectors) * SECTOR_BYTES;
  return { kind: 'device', status, number, name, sizeBytes, isLvm: mapperUuid?.startsWith('LVM-') === true };
}

/** `rbd:pool/image@snapshot:options`, as QEMU writes it; of other protocols only the name counts. */
function toNetworkPlace(image: string): Place {
  const rbd = /^rbd:([^/@:]+(?:\/[^/@:]+)?)\/([^/@:]+)/.exec(image);
  if (rbd?.[1] !== undefined && rbd[2] !== undefined) return { kind: 'rbd', pool: rbd[1], image: rbd[2] };
  return { kind: 'network', protocol: /^([\w+-]+):/.exec(image)?.[1] ?? 'network' };
}
