import type { PoolWatch } from '../../../coordinate/pool-company.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { TrimsStore } from '../../../ports/store/trims.ts';
import type { Sampler } from '../../measure/sampler.ts';
import { concludeTrim } from './conclude-trim.ts';
import type { Gathered } from './gather.ts';

export interface AmendDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<TrimsStore, 'amendTrim'>;
  readonly sampler: Pick<Sampler, 'settled'>;
}

/**
 * Where pools had not committed in time: waits until they have, measures them again, and adds to the stored result what
 * they regained. Only in this process: after a restart of the collector nobody knows any more what else has happened to
 * the pool. Until then others may trim there, for its slot is given back.
 */
export async function amendLater(
  { clock, log, store, sampler }: AmendDeps,
  { gathered, watch }: { gathered: Gathered; watch: PoolWatch | null },
): Promise<void> {
  const { report, guest, guestId, paths, after } = gathered;
  try {
    if (after.commit === null || !(await after.commit)) return;
    const later = await sampler.settled(paths);
    const samples = Object.fromEntries(
      Object.entries(after.samples).map(([device, sample]) => {
        const { poolFreeBytes, heldParts } = (Object.hasOwn(later.samples, device) && later.samples[device]) || sample;
        return [device, { ...sample, poolFreeBytes, heldParts }];
      }),
    );
    const sharedPools = watch?.sharedPools() ?? null;
    const { disks } = concludeTrim({ ...gathered, sharedPools, after: { ...after, samples } });
    const amendedAt = new Date(clock.now()).toISOString();
    const amended = await store.amendTrim({ guestId, id: report.id, amendedAt, disks });
    if (amended !== null) log.info({ guest, trimId: report.id }, 'trim amended: its pool has committed');
  } finally {
    watch?.end();
  }
}
