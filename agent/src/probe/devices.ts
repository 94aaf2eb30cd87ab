import { LIST_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { findBtrfsDevices } from './btrfs-devices.ts';
import { nameOfNumber, nameOfSource } from './device-names.ts';
import type { Mount } from './mountinfo.ts';

/** The block devices that a filesystem stands on directly, by kernel name; none if it has none or /sys does not tell. */
export async function findDevices({
  files,
  mount,
}: {
  readonly files: KernelFiles;
  readonly mount: Mount;
}): Promise<readonly string[]> {
  if (mount.kind === 'btrfs') return findBtrfsDevices({ files, source: mount.source });
  if (mount.major !== 0) {
    const name = await nameOfNumber({ files, major: mount.major, minor: mount.minor });
    if (name !== null) return [name];
  }
  // bcachefs names all its devices in one source, `/dev/sda:/dev/sdb`.
  const sources = mount.kind === 'bcachefs' ? mount.source.split(':').slice(0, LIST_LIMIT) : [mount.source];
  const names = await Promise.all(sources.map((source) => nameOfSource({ files, source })));
  return names.filter((name) => name !== null);
}
