import type { Layer } from '../../wire/model/layer.ts';
import type { Fix } from '../cause.ts';
import { describeDevice, sysPath } from './device-path.ts';
import { withReloads } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { isLimitedToZero, refusalEvidence } from './refusals.ts';

/** Documentation/ABI/stable/sysfs-block, discard_max_bytes: writable, to lower what the device could do. */
export const discardLimitZero: RefusalCause = {
  id: 'discard-limit-zero',
  hop: 'issued',
  effect: 'lost',
  title: 'Somebody in the guest has set the largest discard of a device to 0.',
  why: '`discard_max_bytes` can be written, to keep discards short; 0 turns them off (Documentation/ABI/stable/sysfs-block). A udev rule or a tuning script does it at every boot.',
  signal: '`discard_max_bytes` is 0 and `discard_max_hw_bytes` is not.',
  cure: 'Remove what wrote the 0, and write the hardware limit back. A kernel that now shows a granularity of 0 takes no limit back: reboot the guest.',
  explain: ({ filesystem, layer, inheriting }) => {
    if (!isLimitedToZero(layer)) return null;
    return {
      sentence: `Somebody has set the largest discard of ${describeDevice(layer)}, below ${filesystem.mount}, to 0; the device could do more.`,
      evidence: refusalEvidence(layer),
      fix: withReloads(fixFor(layer), inheriting),
    };
  },
};

/**
 * A limit has to be a multiple of the granularity (block/blk-sysfs.c, queue_max_discard_sectors_store). Where the
 * granularity has become 0 as well, the kernel answers every limit with EINVAL: measured on Linux 6.18.
 */
function fixFor({ name, discard }: Layer): Fix {
  const culprit = 'What wrote the 0, such as a udev rule or a tuning script, will write it again at the next boot.';
  if (discard.granularityBytes === 0)
    return {
      on: 'guest',
      commands: [],
      note: `Remove what wrote the 0, then reboot the guest: until then this kernel accepts no other limit. ${culprit}`,
      needsPowerCycle: false,
    };
  return {
    on: 'guest',
    commands: [`echo ${discard.maxHwBytes} > ${sysPath({ name, attribute: 'queue/discard_max_bytes' })}`],
    note: culprit,
    needsPowerCycle: false,
  };
}
