import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { Layer } from '../../wire/model/layer.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import { describeDevice } from './device-path.ts';
import type { GuestCause } from './guest-cause.ts';
import { toVolume } from './mapper-layer.ts';
import { refuses } from './refusals.ts';
import { canBeWritten } from './writable.ts';

/** drivers/md/dm-thin.c, pool_status: what the pool does, which is not always what it was told. */
export const guestThinPoolKeepsDiscards: GuestCause = {
  id: 'guest-thin-pool-keeps-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A thin pool inside the guest keeps discards to itself.',
  why: 'A thin pool set to nopassdown takes back the chunks and tells the disk nothing; one set to ignore does not even do that (lvmthin(7), "Discards"). The pool also drops to nopassdown by itself when the disk below takes no discards as large as a chunk (drivers/md/dm-thin.c).',
  signal:
    '`dmsetup status --target thin-pool` shows no_discard_passdown or ignore_discard, and the layers below the pool take discards.',
  cure: 'lvchange --discards passdown. A pool that is set to ignore can be changed only while it is inactive.',
  find: (inventory) =>
    stacksOf(inventory)
      .filter((stack) => canBeWritten(stack))
      .flatMap(({ filesystem, layers }) =>
        layers.flatMap((pool) => {
          const word = pool.thinDiscards;
          if (word !== 'ignore' && word !== 'nopassdown') return [];
          const below = layersBelow(inventory, pool.below);
          if (below.some(refuses)) return [];
          return [
            {
              mount: filesystem.mount,
              disks: disksAmong(inventory, below),
              sentence: `${describeDevice(pool)}, the thin pool below ${filesystem.mount}, ${
                word === 'ignore' ? 'ignores discards.' : 'takes discards and passes none on to its disk.'
              }`,
              evidence: [
                { fact: `dmsetup status of ${pool.name}`, value: WORDS[word] },
                { fact: `dm/uuid of ${pool.name}`, value: pool.mapperUuid ?? '' },
              ],
              fix: fixFor({ pool, word }),
            },
          ];
        }),
      ),
};

/** Whatever its limits say: one that ignores discards has limits of 0 as well. */
export function keepsDiscards({ thinDiscards }: Layer): boolean {
  return thinDiscards === 'ignore' || thinDiscards === 'nopassdown';
}

const WORDS = { ignore: 'ignore_discard', nopassdown: 'no_discard_passdown' } as const;

function fixFor({ pool, word }: { pool: Layer; word: keyof typeof WORDS }): Fix {
  const found = toVolume(pool);
  const volume = found === null ? null : `${found.group}/${found.volume}`;
  return {
    on: 'guest',
    commands: volume === null ? [] : [`lvchange --discards passdown ${quote(volume)}`],
    note:
      word === 'ignore'
        ? 'A pool that ignores discards can be changed only while it is inactive: unmount what is on it and deactivate it first (lvchange -an).'
        : 'If it still says no_discard_passdown after that, a chunk of the pool is larger than discard_max_bytes of its disk. What was deleted before stays on the host until it is trimmed anew.',
    needsPowerCycle: false,
  };
}
