import { toReason } from '@trimtab/protocol/shared';
import { dayAt } from '../../model/day-steps.ts';
import type { Day } from '../../model/forecast.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { ForecastsStore } from '../../ports/store/forecasts.ts';
import { everySoOften } from '../watch/steadily.ts';
import type { Foreseer } from './foresight.ts';

/** How often it is seen whether a new day has begun. */
export const ARCHIVE_EVERY_MS = 60 * 60_000;

/** Keeps what is foreseen each day, so that it can be told later how true it was. */
export function archiveForecasts({
  clock,
  log,
  store,
  foreseer,
}: {
  clock: Clock;
  log: Pick<Log, 'warn'>;
  store: Pick<ForecastsStore, 'keepForecasts'>;
  foreseer: Pick<Foreseer, 'all'>;
}): { start(): void; stop(): void } {
  let kept: Day | null = null;

  async function keep(): Promise<void> {
    const day = dayAt(clock.now());
    if (kept === day) return;
    const { pools, unsampled } = await foreseer.all();
    await store.keepForecasts(
      pools.map(({ pool, kind, sizeBytes, usedBytes, asItGoes: forecast }) => {
        return { day, pool, kind, sizeBytes, usedBytes, forecast };
      }),
    );
    // Of a collector that has just been started some are sampled only after this.
    if (pools.length > 0 && unsampled.length === 0) kept = day;
  }

  return everySoOften({
    clock,
    everyMs: ARCHIVE_EVERY_MS,
    work: keep,
    onFailed: (error) => log.warn({ reason: toReason(error) }, 'the forecasts of today could not be kept'),
  });
}
