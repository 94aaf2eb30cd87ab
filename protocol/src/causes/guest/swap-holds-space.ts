import { formatBytes } from '../../shared/format-bytes.ts';
import type { Swap } from '../../wire/model/inventory.ts';
import type { Layer } from '../../wire/model/layer.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import { devicePath } from './device-path.ts';
import type { GuestCause } from './guest-cause.ts';
import { refuses } from './refusals.ts';

/** Below this it is not worth the trouble. */
const WORTH_IT_BYTES = 1024 ** 2;

/** swapon(8), --discard: without it the kernel tells the disk nothing of pages that are swapped in again. */
export const swapHoldsSpace: GuestCause = {
  id: 'swap-holds-space',
  hop: 'trimmed',
  effect: 'note',
  title: 'What was swapped out once stays on the host: no trim reaches swap.',
  why: 'fstrim trims filesystems, and a swap area is not one. Pages that were swapped in again, or belonged to programs that are gone, keep their blocks on the host; `swapon --discard` discards at swapon and as it goes, but hardly anybody sets it (swapon(8)).',
  signal:
    'A partition or a whole disk is listed in `/proc/swaps`. Only the host can say how much of it the host holds.',
  cure: 'swapoff, blkdiscard, mkswap with the same UUID and label, swapon. The option `discard` in /etc/fstab keeps it small from then on.',
  find: (inventory) =>
    inventory.swaps.flatMap((swap) => {
      const layers = layersBelow(inventory, [swap.device]);
      const top = layers[0];
      if (top === undefined || swap.sizeBytes < WORTH_IT_BYTES) return [];
      const { sizeBytes, usedBytes } = swap;
      return [
        {
          mount: null,
          disks: disksAmong(inventory, layers),
          sentence: `The swap area ${devicePath(top)} can hold up to ${formatBytes(sizeBytes)} on the host, of which ${formatBytes(usedBytes)} are in use; no trim reaches it.`,
          evidence: evidenceOf(swap),
          fix: layers.some(refuses) ? TAKES_NO_DISCARDS : renew(top),
        },
      ];
    }),
};

function evidenceOf({ device, sizeBytes, usedBytes }: Swap): { fact: string; value: string }[] {
  return [
    { fact: `size of swap on ${device}`, value: String(sizeBytes) },
    { fact: `use of swap on ${device}`, value: String(usedBytes) },
  ];
}

const TAKES_NO_DISCARDS: Fix = {
  on: 'guest',
  commands: [],
  note: 'Its device takes no discards at present. Once it does, switch the swap off, discard it and make it anew.',
  needsPowerCycle: false,
};

/** By UUID or label it is known to /etc/fstab and to the boot loader (resume=), so it keeps both. */
function renew(layer: Layer): Fix {
  const path = quote(devicePath(layer));
  return {
    on: 'guest',
    // Each runs only if the one before succeeded: swapoff fails where memory has no room for what is swapped out.
    commands: [
      [
        `uuid=$(blkid -s UUID -o value ${path}) label=$(blkid -s LABEL -o value ${path})`,
        `swapoff ${path}`,
        `wipefs -q -a ${path}`,
        `blkdiscard ${path}`,
        `mkswap \${uuid:+-U "$uuid"} \${label:+-L "$label"} ${path}`,
        `swapon ${path}`,
      ].join(' && '),
    ],
    note: 'What is swapped out must fit into memory meanwhile. For the options of its line in /etc/fstab (pri=, discard) end with swapon -a in place of the last command.',
    needsPowerCycle: false,
  };
}
