import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { refusalEvidence, refusalsIn } from './refusals.ts';

/** drivers/md/dm-crypt.c: without the argument `allow_discards` the target has no discards, and its limit is 0. */
export const dmCryptWithoutDiscards: GuestCause = {
  id: 'dm-crypt-without-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A dm-crypt layer in the guest does not pass discards on, as it was opened without allow_discards.',
  why: 'dm-crypt refuses discards unless it is told otherwise, since whoever can read the disk can then tell free blocks from used ones (cryptsetup(8), --allow-discards).',
  signal:
    '`discard_max_bytes` of the dm device is 0 while that of the layer below is not, and its `dm/uuid` begins with `CRYPT-`.',
  cure: 'cryptsetup refresh --allow-discards on the open device. LUKS2 remembers it with --persistent; for other kinds, add the word `discard` to /etc/crypttab.',
  find: (inventory) =>
    refusalsIn(inventory).flatMap(({ filesystem, layer, disks }) => {
      const uuid = layer.mapperUuid ?? '';
      const name = layer.label?.replace('/dev/mapper/', '') ?? null;
      if (!/^CRYPT-(LUKS|PLAIN)/.test(uuid) || name === null) return [];
      const isLuks2 = uuid.startsWith('CRYPT-LUKS2');
      return [
        {
          mount: filesystem.mount,
          disks,
          sentence: `${name}, the dm-crypt layer below ${filesystem.mount}, passes no discards on: it was opened without allow_discards.`,
          evidence: [{ fact: `dm/uuid of ${layer.name}`, value: uuid }, ...refusalEvidence(layer)],
          fix: {
            on: 'guest',
            commands: [`cryptsetup refresh --allow-discards${isLuks2 ? ' --persistent' : ''} ${quote(name)}`],
            note: `Whoever can read the disk can then tell its free blocks from its used ones.${
              isLuks2 ? '' : ' To keep it over a reboot, add the word discard to its line in /etc/crypttab.'
            }`,
            needsPowerCycle: false,
          },
        },
      ];
    }),
};
