import type { Allocation, ImageKind } from '../model/image.ts';
import type { Volumes } from '../model/volumes.ts';
import type { Allocations } from '../ports/allocations.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { sampleFiles } from './sample-files.ts';
import { sampleRbd } from './sample-rbd.ts';
import { sampleThin } from './sample-thin.ts';
import { sampleZvols } from './sample-zvols.ts';

/**
 * The steady sampler (`Allocations`). Names of volumes and the chunk size of pools are those of the last inspection:
 * what a sample needs besides is one number an image.
 */
export function createAllocations({
  files,
  commands,
  lastVolumes,
}: {
  files: HostFiles;
  commands: Commands;
  lastVolumes: () => Volumes;
}): Allocations {
  return {
    async read(images) {
      const measured = (kind: ImageKind) => images.filter((image) => image.kind === kind && image.unmeasured === null);
      const rows = await Promise.all([
        sampleFiles({ files, images: measured('file') }),
        sampleThin({ files, commands, volumes: lastVolumes(), images: measured('thin-volume') }),
        sampleZvols({ files, commands, images: measured('zvol') }),
        sampleRbd({ files, commands, images: measured('rbd') }),
      ]);
      return new Map([...images.map(({ path }) => [path, NOTHING] as const), ...rows.flat()]);
    },
  };
}

const NOTHING: Allocation = { allocationBytes: null, physicalBytes: null, poolFreeBytes: null };
