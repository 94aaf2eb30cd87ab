import type { Layer } from '../../wire/model/layer.ts';
import { describeDevice } from './device-path.ts';
import { tableEvidence } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** Documentation/ABI/stable/sysfs-block: whatever the layer is, its limits say that it takes no discards. */
export const layerRefusesDiscards: RefusalCause = {
  id: 'layer-refuses-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A layer in the guest refuses discards, and no fix for its kind is known here.',
  why: 'A device whose discard limits are 0 gets no discards from the kernel, and what stands on it has its limits from there. Some kinds of layers never take discards (a dm-snapshot, a dm-cache in some modes, bcache with discard off), and each kind has settings of its own.',
  signal:
    'The limits of the layer are 0, those of the layers below are not, and no other cause on this list explains it.',
  cure: 'Depends on the layer: its documentation, or the filesystem moved to a layer that passes discards on.',
  explain: ({ filesystem, layer, below }) => ({
    sentence: `${describeDevice(layer)}, ${describeKind(layer)} below ${filesystem.mount}, refuses discards${
      below.length === 0 ? '' : `, and ${below.map(({ name }) => name).join(' and ')} below it does not`
    }.`,
    evidence: [
      ...tableEvidence(layer),
      ...(layer.mapperUuid === null ? [] : [{ fact: `dm/uuid of ${layer.name}`, value: layer.mapperUuid }]),
      ...refusalEvidence(layer),
      ...below
        .filter(({ discard }) => discard.maxBytes !== null)
        .map(({ name, discard }) => ({ fact: `discard_max_bytes of ${name}`, value: String(discard.maxBytes) })),
    ],
    fix: null,
  }),
};

function describeKind({ kind, mapperTable, label }: Layer): string {
  if (kind === 'dm') return mapperTable === null ? 'a dm layer' : `a dm layer (${mapperTable.targets.join(', ')})`;
  if (kind === 'md') return label === null ? 'an md array' : `an md array (${label})`;
  return kind === 'loop' ? 'a loop device' : 'a device';
}
