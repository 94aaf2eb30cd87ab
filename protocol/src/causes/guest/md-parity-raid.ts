import { describeDevice } from './device-path.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** drivers/md/raid5.c: off unless the administrator vouches that the members read as zero after a discard. */
export const mdParityRaid: RefusalCause = {
  id: 'md-parity-raid',
  hop: 'issued',
  effect: 'lost',
  title: 'A RAID 4, 5 or 6 in the guest passes no discards on.',
  why: 'Parity is only right after a discard if every member then reads as zeroes, which the kernel cannot know: raid456 keeps discards off unless the module parameter devices_handle_discard_safely vouches for it (drivers/md/raid5.c).',
  signal: '`md/level` is raid4, raid5 or raid6, and the limits of the array are 0 while those of its members are not.',
  cure: 'Load raid456 with devices_handle_discard_safely=Y, if that is true of every member, and assemble the array again.',
  explain: ({ filesystem, layer }) => {
    if (layer.kind !== 'md' || !/^raid[456]$/.test(layer.label ?? '')) return null;
    return {
      sentence: `${describeDevice(layer)}, the parity RAID below ${filesystem.mount}, passes no discards on.`,
      evidence: [{ fact: `md/level of ${layer.name}`, value: layer.label ?? '' }, ...refusalEvidence(layer)],
      fix: {
        on: 'guest',
        commands: ['echo options raid456 devices_handle_discard_safely=Y > /etc/modprobe.d/raid456-discard.conf'],
        note: 'Only if every member reads as zeroes after a discard, as sparse images do; otherwise parity breaks. It takes effect when the array is assembled anew: rebuild the initramfs and reboot (raid456.devices_handle_discard_safely=Y on the kernel command line does the same).',
        needsPowerCycle: false,
      },
    };
  },
};
