import { formatBytes } from '../../shared/format-bytes.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import type { GuestCause } from './guest-cause.ts';
import { refuses } from './refusals.ts';
import { canBeWritten } from './writable.ts';

/** Up to this size nothing is lost that anybody could notice: filesystems have blocks of 4 KiB. */
const SMALL_GRANULARITY_BYTES = 4096;

/**
 * Documentation/ABI/stable/sysfs-block, discard_alignment: as measured, the distance from the start of the partition to
 * the next granule.
 */
export const partitionMisaligned: GuestCause = {
  id: 'partition-misaligned',
  hop: 'issued',
  effect: 'note',
  title:
    'A partition begins in the middle of a discard granule, so up to a granule at each end of every free run stays on the host.',
  why: 'A device discards whole granules only, and a filesystem aligns its block groups to the start of its partition. If no granule starts there, each free run begins and ends in the middle of one, and those two pieces, each smaller than a granule, stay allocated. Everything between them is discarded.',
  signal: '`discard_alignment` of the partition is not 0, and `discard_granularity` of its disk is above 4096.',
  cure: 'Move the partition to a multiple of the granularity (new partitioning tools start at 1 MiB).',
  find: (inventory) =>
    stacksOf(inventory)
      .filter((stack) => canBeWritten(stack))
      .flatMap(({ filesystem, layers }) =>
        layers.flatMap((layer) => {
          const { granularityBytes, alignmentBytes } = layer.discard;
          if (layer.kind !== 'partition' || refuses(layer) || !alignmentBytes) return [];
          if (granularityBytes === null || granularityBytes <= SMALL_GRANULARITY_BYTES) return [];
          const granule = formatBytes(granularityBytes);
          return [
            {
              mount: filesystem.mount,
              disks: disksAmong(inventory, layersBelow(inventory, [layer.name])),
              sentence: `${layer.name}, below ${filesystem.mount}, begins ${formatBytes(alignmentBytes)} before a granule of ${granule}: up to ${granule} at each end of every free run stays on the host.`,
              evidence: [
                { fact: `discard_alignment of ${layer.name}`, value: String(alignmentBytes) },
                { fact: `discard_granularity of ${layer.name}`, value: String(granularityBytes) },
              ],
              fix: null,
            },
          ];
        }),
      ),
};
