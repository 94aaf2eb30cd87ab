import { openStore } from '../../../collector/src/compose/open-store.ts';
import { dayAt } from '../../../collector/src/model/day-steps.ts';
import type { DayLevel } from '../../../collector/src/model/forecast.ts';

/** What a collector that has stopped kept of each pool, by the day, by its mount. */
export async function readSampledLevels(stateDirectory: string): Promise<ReadonlyMap<string, readonly DayLevel[]>> {
  const log = { info() {}, warn: (fields: object, words: string) => console.error(words, fields) };
  const store = await openStore({
    stateDirectory,
    database: null,
    history: 512 * 1024 ** 2,
    keepSamples: 2,
    keepHours: 90,
    keepDays: 1_825,
    log,
  });
  try {
    const all = { kind: 'pool', resolution: 'day', from: 0, to: Number.MAX_SAFE_INTEGER } as const;
    const series = await store.pointsOfKind(all);
    return new Map(
      series.map(({ series: { subject }, points }) => [
        subject,
        points.map(({ at, levelBytes }) => ({ day: dayAt(at), level: levelBytes })),
      ]),
    );
  } finally {
    await store.close();
  }
}
