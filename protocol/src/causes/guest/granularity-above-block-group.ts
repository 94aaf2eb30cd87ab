import { formatBytes } from '../../shared/format-bytes.ts';
import { blockGroupBytes, isExt } from '../../wire/model/ext4.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import { finerGranularity } from './finer-granularity.ts';
import type { GuestCause } from './guest-cause.ts';
import { refuses } from './refusals.ts';

/**
 * fs/ext4/mballoc.c, ext4_trim_fs: nothing smaller than the granularity is tried, and no free run is larger than a
 * group.
 */
export const granularityAboveBlockGroup: GuestCause = {
  id: 'granularity-above-block-group',
  hop: 'trimmed',
  effect: 'lost',
  title: 'The disk discards in pieces larger than a block group of ext4, so ext4 never discards anything.',
  why: 'ext4 looks for free space in one block group at a time, 128 MiB with blocks of 4 KiB. With a discard granularity above that it gives up at once, returns 0 bytes and no error (fs/ext4/mballoc.c, ext4_trim_fs).',
  signal: '`discard_granularity` of the device is larger than 8 × block size × block size of the ext4 filesystem.',
  cure: 'A smaller discard_granularity for the device on the host, and a power cycle.',
  find: (inventory) =>
    inventory.filesystems.flatMap(({ mount, kind, devices, blockBytes }) => {
      if (!isExt(kind) || blockBytes === null) return [];
      const layers = layersBelow(inventory, devices);
      const top = layers.find(({ name }) => name === devices[0]);
      const groupBytes = blockGroupBytes(blockBytes);
      const granularityBytes = top?.discard.granularityBytes ?? 0;
      if (top === undefined || refuses(top) || granularityBytes <= groupBytes) return [];
      const disks = disksAmong(inventory, layers);
      return [
        {
          mount,
          disks,
          sentence: `${top.name} discards in pieces of ${formatBytes(granularityBytes)}, and a block group of ${kind} on ${mount} is ${formatBytes(groupBytes)}: fstrim returns 0 bytes there.`,
          evidence: [
            { fact: `discard_granularity of ${top.name}`, value: String(granularityBytes) },
            { fact: `block size of ${mount}`, value: String(blockBytes) },
          ],
          fix: finerGranularity({ mostBytes: groupBytes, granularityBytes, layers }),
        },
      ];
    }),
};
