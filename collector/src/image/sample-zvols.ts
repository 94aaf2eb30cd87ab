import type { ImageState } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { AllocationRow } from './allocation-row.ts';
import { readZvols, toZvolName } from './zvols.ts';

/** One `zfs get` for all ZFS volumes together; a volume that is gone has no row. */
export async function sampleZvols({
  files,
  commands,
  images,
}: {
  files: HostFiles;
  commands: Commands;
  images: readonly ImageState[];
}): Promise<AllocationRow[]> {
  if (images.length === 0) return [];
  const { byName } = await readZvols({ commands });
  const rows = await Promise.all(
    images.map(async ({ path }): Promise<AllocationRow[]> => {
      const zvol = (await files.status(path)) === null ? undefined : byName.get(toZvolName(path) ?? '');
      if (zvol === undefined) return [];
      return [[path, { allocationBytes: zvol.usedBytes, physicalBytes: zvol.volumeBytes, poolFreeBytes: null }]];
    }),
  );
  return rows.flat();
}
