import { type Layer, type Obstacle, TEXT_LIMIT } from '@trimtab/protocol';
import { findRefusal } from './discard-limits.ts';

interface DiscardQuery {
  /** The layers a filesystem stands on directly. */
  readonly devices: readonly string[];
  readonly layers: ReadonlyMap<string, Layer>;
}

/**
 * Set when no layer directly below a filesystem takes discards. The layer named is the lowest that refuses: a limit of
 * 0 is inherited upwards. That a layer accepts discards does not mean that it hands them on. The remedy is that of the
 * cause (`remedies.ts`).
 */
export function findDiscardObstacle({ devices, layers }: DiscardQuery): Obstacle | null {
  const tops = devices.map((name) => layers.get(name)).filter((layer) => layer !== undefined);
  const [first] = tops;
  if (first === undefined || !tops.every((layer) => findRefusal(layer) !== null)) return null;

  const layer = findLowestRefusing({ layer: first, layers });
  const attribute = findRefusal(layer) ?? 'discard_max_bytes';
  const label = layer.label === null || layer.kind === 'loop' ? layer.name : `${layer.name} (${layer.label})`;
  return {
    code: 'no-discard',
    sentence: `${label} accepts no discards: /sys/class/block/${layer.name}/queue/${attribute} is 0.`.slice(
      0,
      TEXT_LIMIT,
    ),
    hint: null,
  };
}

function findLowestRefusing({
  layer,
  layers,
}: {
  readonly layer: Layer;
  readonly layers: ReadonlyMap<string, Layer>;
}): Layer {
  const seen = new Set<Layer>();
  let lowest = layer;
  while (!seen.has(lowest)) {
    seen.add(lowest);
    const refusing = lowest.below
      .map((name) => layers.get(name))
      .find((below) => below !== undefined && findRefusal(below) !== null);
    lowest = refusing ?? lowest;
  }
  return lowest;
}
