import { NAME_LIMIT, type Unreached } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import { readAttribute } from '../attributes.ts';
import { BLOCK_FOLDER } from '../device-names.ts';
import type { BlockDevice } from './block-devices.ts';
import { readDevicePath, readDisksBelow } from './disks-below.ts';
import { WORTH_TELLING_BYTES } from './worth-telling.ts';

interface Query {
  readonly files: KernelFiles;
  readonly devices: readonly BlockDevice[];
  /** Names of what is mounted, swapped to, opened, or part of a volume group, and of all that lies below. */
  readonly busy: ReadonlySet<string>;
  /** False: some of them may be physical volumes of a group that is not among `busy`. */
  readonly areVolumesKnown: boolean;
}

/** Disks, partitions and volumes that nothing uses, as far as the kernel and udev tell. */
export async function findNotMounted({ files, devices, busy, areVolumesKnown }: Query): Promise<readonly Unreached[]> {
  const partitioned = new Set(devices.map(({ within }) => within?.disk));
  const candidates = devices.filter(
    ({ name, sizeBytes }) => (sizeBytes ?? 0) > WORTH_TELLING_BYTES && !busy.has(name) && !partitioned.has(name),
  );
  const hasZfs = /^(nodev)?\tzfs$/m.test((await files.readText('/proc/filesystems')) ?? '');
  const found = await Promise.all(
    candidates.map(async (device): Promise<Unreached | null> => {
      const { name, sizeBytes: bytes } = device;
      if (bytes === null || !(await isIdle({ files, device }))) return null;
      const holds = await readHeldKind({ files, name });
      // ZFS takes its disks without a word in /sys, and only udev knows them; those of LVM else only LVM.
      if (holds === null ? hasZfs || !areVolumesKnown : KEPT_BY_OTHERS.test(holds)) return null;
      const disks = await readDisksBelow({ files, names: [name] });
      return { type: 'not-mounted', disks, path: await readDevicePath({ files, name }), bytes, holds };
    }),
  );
  return found.filter((each) => each !== null);
}

/** Kinds that a program other than a filesystem keeps, and that may be in use without a word in /sys. */
const KEPT_BY_OTHERS = /_member$|^(ceph_bluestore|drbd|bcache|oracleasm)$/;

/**
 * LVM's own parts end with more than the two UUIDs of group and volume (dm_build_dm_uuid in lvm2): `-tpool`, `-cow`.
 */
const INNER_VOLUME = /^LVM-[^-]{64}-/;

async function isIdle({ files, device }: { files: KernelFiles; device: BlockDevice }): Promise<boolean> {
  const folder = `${BLOCK_FOLDER}/${device.name}`;
  if ((await files.list(`${folder}/holders`)).length > 0) return false;
  if ((await readAttribute({ files, path: `${folder}/ro` })) === '1') return false;
  if ((await readAttribute({ files, path: `${folder}/hidden` })) === '1') return false;
  const isStacked = (await files.list(`${folder}/slaves`)).length > 0;
  const hasHardware = (await files.resolve(`${folder}/device`)) !== null;
  if (device.within === null && !isStacked && !hasHardware) return false;
  return !INNER_VOLUME.test((await readAttribute({ files, path: `${folder}/dm/uuid` })) ?? '');
}

/** What udev found on it (its database, `/run/udev/data/bMAJOR:MINOR`); no device is opened for this. */
async function readHeldKind({ files, name }: { files: KernelFiles; name: string }): Promise<string | null> {
  const number = await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/dev` });
  if (number === null || !/^\d+:\d+$/.test(number)) return null;
  const kind = /^E:ID_FS_TYPE=(\S+)$/m.exec((await files.readText(`/run/udev/data/b${number}`)) ?? '')?.[1];
  return kind !== undefined && kind.length <= NAME_LIMIT ? kind : null;
}
