import type { Layer, LayerDelta } from '@trimtab/protocol';
import { rise } from '@trimtab/protocol';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../../model/significant.ts';
import type { HostCause } from '../host-cause.ts';

export const guestLayerDropsDiscards: HostCause = {
  id: 'guest-layer-drops-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A layer inside the guest took the discards and handed none of them on.',
  why: 'Each layer of the guest’s block stack counts the sectors it was told to discard. ext4 even counts as trimmed what the device refused with EOPNOTSUPP (ext4_try_to_trim_range). The layer that dropped them has counted sectors, and the one below it has counted none.',
  signal:
    'Discarded sectors in `/sys/block/<layer>/stat` rose on one layer and not on the one below it, and it is no thin pool, which hands on only what it had mapped.',
  cure: 'Depends on the layer: `trimtab-agent probe --explain` in the guest shows what each of them says of discards.',
  find: ({ trim, layers }) => {
    if (trim === null || !isSignificant(trim.hops.trimmedBytes) || trim.hops.issuedBytes !== 0 || trim.sentBytes !== 0)
      return null;
    const keeper = findKeeper(layers, trim.layers);
    if (keeper === null) return null;
    const name = keeper.label === null ? keeper.name : `${keeper.name} (${keeper.label})`;
    const taken = riseOf(keeper, trim.layers);
    return {
      sentence: `The host got nothing back: the filesystem trimmed ${formatBytes(trim.hops.trimmedBytes)}, and ${name} inside the guest handed none of it on.`,
      evidence: [
        { fact: `discarded by ${keeper.name}, bytes`, value: taken === null ? 'not counted' : String(taken) },
        ...keeper.below.map((below) => ({ fact: `discarded by ${below} below it, bytes`, value: '0' })),
      ],
      fix: null,
    };
  },
};

/**
 * The lowest layer that took discards, or does not count them, while every layer below it took none. Thin pools and
 * what is on them are left out.
 */
function findKeeper(layers: readonly Layer[], deltas: readonly LayerDelta[]): Layer | null {
  if (layers.some(mayBeThin)) return null;
  const isDry = (name: string) => {
    const below = layers.find((layer) => layer.name === name);
    return below !== undefined && riseOf(below, deltas) === 0;
  };
  const stacked = layers.filter(({ kind }) => kind !== 'partition');
  const keeper = stacked.find(
    (layer) => layer.below.length > 0 && riseOf(layer, deltas) !== 0 && layer.below.every(isDry),
  );
  return keeper ?? stacked.find((layer) => riseOf(layer, deltas) === 0) ?? null;
}

/** By its table, or by who made it; of a dm layer of which neither is known, nobody can say. */
function mayBeThin({ kind, mapperUuid, mapperTable, thinDiscards }: Layer): boolean {
  if (thinDiscards !== null || mapperUuid?.endsWith('-tpool') === true) return true;
  if (mapperTable !== null) return mapperTable.targets.some((target) => target.startsWith('thin'));
  return kind === 'dm' && mapperUuid === null;
}

function riseOf({ name }: Layer, deltas: readonly LayerDelta[]): number | null {
  const delta = deltas.find((each) => each.name === name);
  return rise({ from: delta?.before.discardedBytes, to: delta?.after.discardedBytes });
}
