import type { Finding } from '../../model/domain.ts';
import type { Drive } from './drives.ts';
import { type KeyValues, parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/**
 * Drives and block nodes of the command line that no device has: each would be a disk if something was plugged in
 * later. And what is flash of the machine, or was given in a way that is no longer known.
 */
export function findUnclaimed({
  options,
  drives,
  nodes,
}: {
  options: readonly QemuOption[];
  drives: readonly Drive[];
  nodes: ReadonlyMap<string, KeyValues>;
}): readonly Omit<Finding, 'subject'>[] {
  const claimed = findNames(options);
  return [
    ...drives.flatMap(({ id, interface: on, media }) =>
      on === 'none' && media === 'hd' && !claimed.has(id) ? [toUnused(`The drive ${id}`)] : [],
    ),
    ...[...nodes.keys()].flatMap((name) => (claimed.has(name) ? [] : [toUnused(`The block node '${name}'`)])),
    ...drives.flatMap(({ id, interface: on }) => (on === 'mtd' ? [toFlash(id)] : [])),
    ...options.flatMap(({ name, value }) => (name === 'usbdevice' && value.startsWith('disk:') ? [OLD_USB] : [])),
  ];
}

/**
 * Every value that stands for a drive or node of this name, of devices, of the machine and of other nodes (`file`,
 * `backing`).
 */
function findNames(options: readonly QemuOption[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, value } of options) {
    // A -drive names itself only.
    if (!REFERS.has(name)) continue;
    for (const [key, one] of parseKeyValues({ text: value, impliedKey: 'type' }))
      if (!NAMES_NOTHING.has(key)) names.add(one);
  }
  return names;
}

const NAMES_NOTHING = new Set(['id', 'node-name', 'driver', 'format', 'if']);

const REFERS = new Set(['device', 'blockdev', 'machine', 'M', 'object', 'drive']);

function toUnused(what: string) {
  return {
    sentence: `${what} is given to no device of the guest. A disk that was plugged in later cannot be seen from here.`,
    hint: 'The monitor command `info block` shows who has it.',
  };
}

function toFlash(id: string) {
  return {
    sentence: `The drive ${id} is flash memory of the machine (if=mtd), which takes no discards; it is left out.`,
    hint: 'Attach it as virtio-blk to have its space back.',
  };
}

const OLD_USB = {
  sentence: 'A USB disk is given by -usbdevice, which is not read; it is left out.',
  hint: 'Give it as -drive if=none and -device usb-storage.',
};
