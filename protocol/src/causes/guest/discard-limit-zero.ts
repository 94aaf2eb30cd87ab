import { describeDevice, sysPath } from './device-path.ts';
import type { GuestCause } from './guest-cause.ts';
import { isLimitedToZero, refusalEvidence, refusalsIn } from './refusals.ts';

/** Documentation/ABI/stable/sysfs-block, discard_max_bytes: writable, to lower what the device could do. */
export const discardLimitZero: GuestCause = {
  id: 'discard-limit-zero',
  hop: 'issued',
  effect: 'lost',
  title: 'Somebody in the guest has set the largest discard of a device to 0.',
  why: '`discard_max_bytes` can be written, to keep discards short; 0 turns them off (Documentation/ABI/stable/sysfs-block). A udev rule or a tuning script does it at every boot.',
  signal: '`discard_max_bytes` is 0 and `discard_max_hw_bytes` is not.',
  cure: 'Write the hardware limit back, and take out what wrote the 0.',
  find: (inventory) =>
    refusalsIn(inventory).flatMap(({ filesystem, layer, disks }) => {
      if (!isLimitedToZero(layer)) return [];
      return [
        {
          mount: filesystem.mount,
          disks,
          sentence: `Somebody has set the largest discard of ${describeDevice(layer)}, below ${filesystem.mount}, to 0; the device could do more.`,
          evidence: refusalEvidence(layer),
          fix: {
            on: 'guest',
            commands: [`echo ${layer.discard.maxHwBytes} > ${sysPath(layer.name, 'queue/discard_max_bytes')}`],
            note: 'What wrote the 0, such as a udev rule or a tuning script, does so again at the next boot.',
            needsPowerCycle: false,
          },
        },
      ];
    }),
};
