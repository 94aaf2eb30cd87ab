import { LIST_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { findBtrfsDevices } from './btrfs-devices.ts';
import { nameOfNumber, nameOfSource } from './device-names.ts';
import type { Mount } from './mountinfo.ts';

/**
 * The block devices that a filesystem stands on directly, by kernel name; none if it has none or /sys does not tell.
 */
export async function findDevices({
  files,
  mount,
}: {
  readonly files: KernelFiles;
  readonly mount: Mount;
}): Promise<readonly string[]> {
  if (mount.kind === 'btrfs') return findBtrfsDevices({ files, source: mount.source });
  if (mount.kind === 'bcachefs') {
    // All its devices are in one source, `/dev/sda:/dev/sdb`; its device number, where it has one, is that of one of
    // them.
    const members = await findSources({ files, sources: mount.source.split(':').slice(0, LIST_LIMIT) });
    if (members.length > 0) return members;
  }
  if (mount.major !== 0) {
    const name = await nameOfNumber({ files, major: mount.major, minor: mount.minor });
    if (name !== null) return [name];
  }
  return findSources({ files, sources: [mount.source] });
}

async function findSources({
  files,
  sources,
}: {
  readonly files: KernelFiles;
  readonly sources: readonly string[];
}): Promise<readonly string[]> {
  const names = await Promise.all(sources.map((source) => nameOfSource({ files, source })));
  return names.filter((name) => name !== null);
}
