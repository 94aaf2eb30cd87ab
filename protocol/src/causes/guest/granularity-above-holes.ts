import { formatBytes } from '../../shared/format-bytes.ts';
import { blockGroupBytes } from '../../wire/model/ext4.ts';
import type { Filesystem } from '../../wire/model/filesystem.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import { finerGranularity } from './finer-granularity.ts';
import type { GuestCause } from './guest-cause.ts';
import { refuses } from './refusals.ts';

/** Less than this nobody would notice on the host. */
const WORTH_IT_BYTES = 8 * 1024 ** 2;

/** fs/ext4/mballoc.c, ext4_trim_fs: a free run shorter than the granularity is skipped. */
export const granularityAboveHoles: GuestCause = {
  id: 'granularity-above-holes',
  hop: 'trimmed',
  effect: 'lost',
  title:
    'The disk discards in pieces larger than most of the free space of the filesystem, so most of it is never sent.',
  why: 'ext4 sends no free run that is shorter than the discard granularity (fs/ext4/mballoc.c, ext4_trim_fs). A large one is set for Windows guests, whose trims are slow otherwise; in a Linux guest it keeps all but the longest runs on the host.',
  signal:
    '`discard_granularity` of the device is 1 MiB or more, and more than half of the free space of the ext4 lies in block groups without a free run of that length (`/proc/fs/ext4/DEVICE/mb_groups`).',
  cure: 'A smaller discard_granularity for the device on the host, and a power cycle.',
  find: (inventory) =>
    inventory.filesystems.flatMap((filesystem) => {
      const { mount, kind, devices, blockBytes, tooSmallBytes } = filesystem;
      const freeBytes = toFree(filesystem);
      if (tooSmallBytes === null || freeBytes === null || blockBytes === null) return [];
      if (tooSmallBytes < WORTH_IT_BYTES || tooSmallBytes <= freeBytes / 2) return [];
      const layers = layersBelow(inventory, devices);
      const top = layers.find(({ name }) => name === devices[0]);
      const granularityBytes = top?.discard.granularityBytes ?? 0;
      // Above a block group nothing is sent at all: that has a cause of its own.
      if (top === undefined || refuses(top) || granularityBytes === 0) return [];
      if (granularityBytes > blockGroupBytes(blockBytes)) return [];
      return [
        {
          mount,
          disks: disksAmong(inventory, layers),
          sentence: `${top.name} discards in pieces of ${formatBytes(granularityBytes)}, and at least ${formatBytes(tooSmallBytes)} of the ${formatBytes(freeBytes)} that the ${kind} on ${mount} calls free are in smaller ones: fstrim leaves them out.`,
          evidence: [
            { fact: `discard_granularity of ${top.name}`, value: String(granularityBytes) },
            { fact: `free on ${mount} in smaller pieces, at least, bytes`, value: String(tooSmallBytes) },
            { fact: `free on ${mount}, bytes`, value: String(freeBytes) },
          ],
          fix: finerGranularity({ mostBytes: blockBytes, granularityBytes, layers }),
        },
      ];
    }),
};

function toFree({ sizeBytes, usedBytes }: Filesystem): number | null {
  return sizeBytes === null || usedBytes === null || usedBytes > sizeBytes ? null : sizeBytes - usedBytes;
}
