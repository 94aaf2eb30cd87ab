import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';

export const thinPoolIgnoresDiscards: HostCause = {
  id: 'thin-pool-ignores-discards',
  hop: 'passed',
  effect: 'lost',
  title: 'The image is a thin volume in a pool that ignores discards.',
  why: 'A thin pool with discards=ignore offers its volumes none; it keeps every chunk that was ever written (lvmthin(7)). `nopassdown` and `passdown` both give chunks back to the pool.',
  signal: '`lvs -o discards` of the pool says `ignore`.',
  cure: 'lvchange --discards passdown on the pool; from or to `ignore` only while it is not active.',
  find: ({ image, pool }) => {
    if (image?.kind !== 'thin-volume' || pool?.discards !== 'ignore' || image.pool === null) return null;
    const [group = '', name = ''] = image.pool.split('/');
    const volumes = `lvs --noheadings -o lv_full_name -S pool_lv=${quote(name)} ${quote(group)}`;
    return {
      sentence: `Nothing can come back: the thin pool ${image.pool} ignores discards.`,
      evidence: [{ fact: `discards of ${image.pool}`, value: 'ignore' }],
      fix: {
        on: 'host',
        first: `Power off the guests on ${image.pool}: it can change this only while nothing uses it.`,
        commands: [
          `${volumes} | xargs lvchange -an ${quote(image.pool)}`,
          `lvchange --discards passdown ${quote(image.pool)}`,
          `${volumes} | xargs lvchange -ay ${quote(image.pool)}`,
        ],
        note: 'Then start them again, and trim.',
        needsPowerCycle: true,
      },
    };
  },
};
