import type { Layer } from '../../wire/model/layer.ts';
import { describeDevice } from './device-path.ts';
import { reloadCommands, tableEvidence, withReloads } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence, refuses } from './refusals.ts';

/** drivers/md/dm-table.c: limits are worked out when a table is loaded, and not again when those below change. */
export const limitsFromBefore: RefusalCause = {
  id: 'limits-from-before',
  hop: 'issued',
  effect: 'lost',
  title: 'A device-mapper layer in the guest goes by what the layer below took when its table was loaded.',
  why: 'device-mapper works out what a device takes when its table is loaded. A volume that was activated while the layer below refused discards goes on refusing them after that one was mended; `lvchange --refresh` does not help, since the table stays the same.',
  signal:
    'Its limits are 0 and those of every layer below are not, and its table (`dmsetup table`) has only targets that pass discards on: linear, striped, crypt with allow_discards, raid0, raid1, raid10.',
  cure: 'Load its table anew while it is in use: dmsetup table, dmsetup reload, dmsetup resume. A reboot of the guest does it too.',
  explain: ({ filesystem, layer, below, inheriting }) => {
    if (!passesOn(layer) || below.length === 0 || below.some((each) => refuses(each) || !takes(each))) return null;
    const names = below.map(({ name }) => name).join(' and ');
    const [reload] = reloadCommands([layer]);
    return {
      sentence: `${describeDevice(layer)}, below ${filesystem.mount}, goes by what ${names} took when its table was loaded: it refuses discards, and ${names} no longer does.`,
      evidence: [
        ...tableEvidence(layer),
        ...refusalEvidence(layer),
        ...below.map(({ name, discard }) => ({
          fact: `discard_max_bytes of ${name}`,
          value: String(discard.maxBytes),
        })),
      ],
      fix: withReloads(
        {
          on: 'guest',
          commands: reload === undefined ? [] : [reload],
          note: 'A reboot of the guest does it too.',
          needsPowerCycle: false,
        },
        inheriting,
      ),
    };
  },
};

/** Each of its targets does what the devices below do (drivers/md/dm-linear.c, dm-stripe.c, dm-raid.c). */
function passesOn({ mapperTable }: Layer): boolean {
  if (mapperTable === null || mapperTable.targets.length === 0) return false;
  const { targets, allowsDiscards, raidLevel } = mapperTable;
  return targets.every((target) => {
    if (target === 'crypt') return allowsDiscards === true;
    if (target === 'raid') return /^raid(0|1|10)(_|$)/.test(raidLevel ?? '');
    return target === 'linear' || target === 'striped';
  });
}

/** It says that it does: what could not be read is no proof. */
function takes({ discard }: Layer): boolean {
  return (discard.maxBytes ?? 0) > 0;
}
