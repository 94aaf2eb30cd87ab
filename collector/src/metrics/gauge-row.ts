import type { MetricFacts } from '../model/metric-facts.ts';

/** One value, with that of each label in the order of the row's. */
export interface Reading {
  readonly labels: readonly string[];
  readonly value: number;
}

/**
 * One gauge. Names follow prometheus.io/docs/practices/naming: base units (bytes, seconds, ratios from 0 to 1), the unit
 * last. What nobody measured is no 0: it has no reading.
 */
export interface GaugeRow {
  readonly name: `trimtab_${string}`;
  readonly help: string;
  readonly labels: readonly string[];
  read(facts: MetricFacts): readonly Reading[];
}

/** One for each that has a value. */
export function readingsOf<Item>(
  items: readonly Item[],
  read: (item: Item) => { readonly labels: readonly string[]; readonly value: number | null },
): readonly Reading[] {
  return items.flatMap((item) => {
    const { labels, value } = read(item);
    return value === null ? [] : [{ labels, value }];
  });
}

/** How many of them there are of each of these kinds, also of those of which there is none. */
export function countKinds<Item>({
  items,
  kinds,
  kindOf,
}: {
  readonly items: readonly Item[];
  readonly kinds: readonly string[];
  readonly kindOf: (item: Item) => string;
}): readonly Reading[] {
  const counts = new Map(kinds.map((kind) => [kind, 0]));
  for (const item of items) counts.set(kindOf(item), (counts.get(kindOf(item)) ?? 0) + 1);
  return [...counts].map(([kind, value]) => ({ labels: [kind], value }));
}
