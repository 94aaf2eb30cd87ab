import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { refusesByItself, stacksOf } from './layers-below.ts';

/** drivers/md/dm-crypt.c: without the argument `allow_discards` the target has no discards, and its limit is 0. */
export const dmCryptWithoutDiscards: GuestCause = {
  id: 'dm-crypt-without-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A dm-crypt layer in the guest does not pass discards on, as it was opened without allow_discards.',
  why: 'dm-crypt refuses discards unless it is told otherwise, since whoever can read the disk can then tell free blocks from used ones (cryptsetup(8), --allow-discards).',
  signal:
    '`discard_max_bytes` of the dm device is 0 while that of the layer below is not, and its `dm/uuid` begins with `CRYPT-`.',
  cure: 'cryptsetup refresh --allow-discards on the open device (LUKS2 remembers it with --persistent); for others the word `discard` in /etc/crypttab.',
  find: (inventory) =>
    stacksOf(inventory).flatMap(({ filesystem, layers, disks }) => {
      const crypt = layers.find(
        (layer) => /^CRYPT-(LUKS|PLAIN)/.test(layer.mapperUuid ?? '') && refusesByItself(layer, layers),
      );
      const name = crypt?.label?.replace('/dev/mapper/', '') ?? null;
      if (crypt === undefined || name === null) return [];
      const isLuks2 = crypt.mapperUuid?.startsWith('CRYPT-LUKS2') === true;
      return [
        {
          mount: filesystem.mount,
          disks,
          sentence: `${name}, the dm-crypt layer below ${filesystem.mount}, passes no discards on: it was opened without allow_discards.`,
          evidence: [
            { fact: `dm/uuid of ${crypt.name}`, value: crypt.mapperUuid ?? '' },
            { fact: `discard_max_bytes of ${crypt.name}`, value: String(crypt.discard.maxBytes) },
          ],
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
