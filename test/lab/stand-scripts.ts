import { MIB, type Stand } from './lab-case.ts';

/**
 * What is written: by one process once, into the guest's memory, since an emulated processor makes random bytes slowly.
 */
const DATA = '/dev/shm/data';
const DATA_BYTES = 48 * MIB;
export const MAKE_DATA = `node -e 'require("node:fs").writeFileSync("${DATA}", require("node:crypto").randomFillSync(new Uint8Array(${DATA_BYTES})))'`;

/**
 * Without discards, so that the first trim is the first; a small journal; no thread of ext4 that writes while we
 * measure.
 */
const MAKE: Readonly<Record<Stand['filesystem'], string>> = {
  ext4: 'mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1',
  xfs: 'mkfs.xfs -q -K',
  btrfs: 'mkfs.btrfs -q -K',
};

export const mountOf = ({ name }: Pick<Stand, 'name'>): string => `/mnt/${name}`;

/** Layers, filesystem and file, as shell for the guest. */
export function writeScript(stand: Stand, deviceOf: (id: string) => string): string {
  const { filesystem, disks, layers, fileBytes } = stand;
  const mount = mountOf(stand);
  const options = filesystem === 'ext4' ? '-o noinit_itable' : '';
  const isMade = disks.some(({ image }) => image.base !== undefined);
  return [
    'set -e',
    ...disks.map(({ id }, index) => `disk${index + 1}=/dev/${deviceOf(id)}`),
    'device=$disk1',
    layers ?? ':',
    isMade ? ':' : `${MAKE[filesystem]} "$device"`,
    `mount=${mount}`,
    'mkdir -p $mount',
    `mount ${options} "$device" $mount`,
    // What mkfs.btrfs wrote and no longer needs would come back with the file.
    filesystem === 'btrfs' ? '/sbin/fstrim $mount' : ':',
    stand.write ?? writeFile(fileBytes),
    'sync -f $mount',
  ].join('\n');
}

/** As large as it may be: piece by piece from what there is. */
function writeFile(bytes: number): string {
  const pieces = Array.from({ length: Math.ceil(bytes / DATA_BYTES) }, (_, index) => index * DATA_BYTES);
  return pieces
    .map((from) => {
      const [seek, count] = [from / MIB, Math.min(DATA_BYTES, bytes - from) / MIB];
      return `dd if=${DATA} of=$mount/file bs=1M seek=${seek} count=${count} oflag=direct conv=fsync,notrunc status=none`;
    })
    .join('\n');
}

/** fstrim right after rm would find little: the journal has to be committed first. */
export function removeScript(stand: Stand): string {
  return ['set -e', `mount=${mountOf(stand)}`, stand.remove ?? 'rm $mount/file', 'sync -f $mount'].join('\n');
}
