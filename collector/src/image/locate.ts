import type { HostDisk } from '../model/domain.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { toBadPath, toImageGone } from './image-faults.ts';

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
  /** A part of a file or device: what the part takes of it nobody tells. */
  | { readonly kind: 'part' }
  | { readonly kind: 'rbd'; readonly pool: string; readonly image: string }
  | { readonly kind: 'network'; readonly protocol: string };

/** Throws a Fault `image-gone` or `bad-image-path`. */
export async function locateImage({
  files,
  disk: { image, storage },
}: {
  files: HostFiles;
  disk: Pick<HostDisk, 'image' | 'storage'>;
}): Promise<Place> {
  if (storage === 'network') return toNetworkPlace(image);
  if (storage === 'part') return { kind: 'part' };
  if (!image.startsWith('/')) throw toBadPath(image);
  const status = await files.status(image);
  if (status === null) throw toImageGone(image);
  if (status.deviceNumber === null) return { kind: 'file', status };
  return locateDevice(files, status, status.deviceNumber);
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
