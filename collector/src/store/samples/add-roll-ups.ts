import type { HostRows } from '../tables.ts';
import type { Placed } from './placed.ts';
import { mergeRollUps, type RollUp, rollUpOf } from './roll-up.ts';
import { beginOf, ensureStretches, numberOf, PART_MS, type RolledUp, type Stretches } from './stretches.ts';
import type { SampleWriters } from './writers.ts';

/** What is kept of their hours, or days, with these samples in it. In a transaction. */
export async function addRollUps(
  rows: HostRows,
  {
    added,
    resolution,
    writers,
  }: { readonly added: readonly Placed[]; readonly resolution: RolledUp; readonly writers: SampleWriters },
): Promise<Stretches> {
  const byBegin = Map.groupBy(added, ({ at }) => beginOf(at, resolution));
  const stretches = await ensureStretches(rows, { resolution, begins: new Set(byBegin.keys()) });
  for (const [begin, samples] of byBegin) {
    const stretch = numberOf(stretches.numbers, begin);
    const byPart = Map.groupBy(samples, ({ at }) => Math.floor((at - begin) / PART_MS[resolution]));
    for (const [part, some] of byPart) {
      const rollUps = createRollUps();
      for (const sample of some) rollUps.take(sample.id, rollUpOf(sample, begin + part * PART_MS[resolution]));
      const before = await writers.readRollUps(rows.db, { stretch, part, series: rollUps.series() });
      for (const { series, ...rollUp } of before) rollUps.take(series, rollUp);
      await writers.rollUps(
        rows.db,
        rollUps.all().map(([series, rollUp]) => ({ stretch, series, part, ...rollUp })),
      );
    }
  }
  return stretches;
}

/** Of one hour or day, by series, in the order of their ids. */
function createRollUps() {
  const bySeries = new Map<number, RollUp>();
  const all = () => [...bySeries].sort(([one], [other]) => one - other);
  return {
    take(series: number, rollUp: RollUp): void {
      const before = bySeries.get(series);
      bySeries.set(series, before === undefined ? rollUp : mergeRollUps(before, rollUp));
    },
    all,
    series: () => all().map(([series]) => series),
  };
}
