import type { Layer } from '@trimtab/protocol';
import type { DeviceMapper } from '../ports/device-mapper.ts';

/** lvm2's lib/activate/dev_manager.c gives the pool of a thin volume this end of a dm UUID. */
const POOL = /-tpool$/;

const WORDS = { discard_passdown: 'passdown', no_discard_passdown: 'nopassdown', ignore_discard: 'ignore' } as const;

/**
 * /sys tells nothing of what a thin pool does with discards, so device-mapper is asked: only where there is such a
 * pool.
 */
export async function addThinDiscards({
  layers,
  mapper,
}: {
  readonly layers: readonly Layer[];
  readonly mapper: DeviceMapper;
}): Promise<Layer[]> {
  if (!layers.some(isPool)) return [...layers];
  const status = (await mapper.thinPools()) ?? '';
  return layers.map((layer) => (isPool(layer) ? { ...layer, thinDiscards: findWord({ layer, status }) } : layer));
}

function isPool({ mapperUuid }: Layer): boolean {
  return mapperUuid !== null && POOL.test(mapperUuid);
}

/**
 * A line a pool: `vg-pool-tpool: 0 1900000 thin-pool 0 8/4096 0/14843 - rw discard_passdown queue_if_no_space - 1024`.
 */
function findWord({ layer, status }: { readonly layer: Layer; readonly status: string }): Layer['thinDiscards'] {
  const name = layer.label?.slice('/dev/mapper/'.length) ?? '';
  const line = status.split('\n').find((each) => each.startsWith(`${name}:`));
  const word = line?.split(' ').find((each): each is keyof typeof WORDS => Object.hasOwn(WORDS, each));
  return word === undefined ? null : WORDS[word];
}
