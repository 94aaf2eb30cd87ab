import { createSampler, type Sampler, type SamplerDeps } from '../conduct/measure/sampler.ts';
import type { Images } from '../image/images.ts';
import type { ReadTables } from '../image/qcow2-tables.ts';
import type { Clock } from '../ports/clock.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { CollectorSettings } from '../settings.ts';

/** A sampler for somebody: what it may do to a pool and to a domain while it measures. */
export type SamplerFor = (whom: Pick<SamplerDeps, 'commitPool' | 'mayTaint'>) => Sampler;

/** Everybody measures by the same means, and waits as long for an allocation to hold still. */
export function composeSampler({
  clock,
  images,
  readTables,
  qmp,
  settings,
}: {
  clock: Clock;
  images: Images;
  readTables: ReadTables;
  qmp: Qmp;
  settings: Pick<CollectorSettings, 'settleLimit'>;
}): SamplerFor {
  return ({ commitPool, mayTaint }) =>
    createSampler({
      clock,
      allocations: images,
      qmp,
      readExtents: images.readExtents,
      readHeldParts: images.readHeldParts,
      readTables,
      settleLimitMs: settings.settleLimit,
      commitPool,
      mayTaint,
    });
}
