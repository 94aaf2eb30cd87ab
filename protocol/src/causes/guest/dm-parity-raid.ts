import { quote } from '../quote.ts';
import { describeDevice } from './device-path.ts';
import { mapperName, reloadCommands, tableEvidence } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** drivers/md/dm-raid.c, configure_discard_support: as md, with a parameter of its own. */
export const dmParityRaid: RefusalCause = {
  id: 'dm-parity-raid',
  hop: 'issued',
  effect: 'lost',
  title: 'A volume of LVM that is a RAID 4, 5 or 6 in the guest passes no discards on.',
  why: 'Parity is only right after a discard if every member then reads as zeroes, which the kernel cannot know: dm-raid keeps discards off unless its module parameter devices_handle_discard_safely vouches for it (drivers/md/dm-raid.c).',
  signal:
    'The table of the dm device (`dmsetup table`) says raid with raid4, raid5 or raid6, and its limits are 0 while those of its members are not.',
  cure: 'Set devices_handle_discard_safely=Y of dm_raid, if that is true of every member, and load the table anew.',
  explain: ({ filesystem, layer, inheriting }) => {
    const name = mapperName(layer);
    const level = layer.mapperTable?.raidLevel ?? '';
    if (name === null || !/^raid[456]/.test(level)) return null;
    return {
      sentence: `${describeDevice(layer)}, the parity RAID below ${filesystem.mount}, passes no discards on.`,
      evidence: [...tableEvidence(layer), ...refusalEvidence(layer)],
      fix: {
        on: 'guest',
        commands: [
          'echo options dm_raid devices_handle_discard_safely=Y > /etc/modprobe.d/dm-raid-discard.conf',
          `echo Y > ${quote('/sys/module/dm_raid/parameters/devices_handle_discard_safely')}`,
          ...reloadCommands([layer, ...inheriting]),
        ],
        note: 'Only if every member reads as zeroes after a discard, as sparse images do; otherwise parity breaks. For a root filesystem rebuild the initramfs as well.',
        needsPowerCycle: false,
      },
    };
  },
};
