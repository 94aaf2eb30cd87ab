import { TRIMS_READ } from '../../../diagnose/past-trims.ts';
import type { Images } from '../../../image/images.ts';
import { poolsOf } from '../../../model/disk-path.ts';
import type { TrimResult } from '../../../model/trim-result.ts';
import type { OpenTrim } from '../../../ports/store/open-trims.ts';
import type { Sampler } from '../../measure/sampler.ts';
import type { HowLost } from '../trim-model.ts';
import { bootOfTrim } from './boot-of-trim.ts';
import { concludeTrim } from './conclude-trim.ts';
import { toLostReport } from './lost-report.ts';
import type { TakeReportDeps } from './take-report.ts';

export interface TakeLostDeps extends Pick<TakeReportDeps, 'clock' | 'log' | 'slots'> {
  readonly store: Pick<TakeReportDeps['store'], 'findTrim' | 'withdrawTrim' | 'earlierTrims' | 'closeTrim'>;
  readonly sampler: Pick<Sampler, 'settled'>;
  readonly inspect: Images['inspect'];
}

/**
 * From a trim whose guest is gone to the result that is stored of it: what the host measures by itself. Rejects when
 * the store fails.
 */
export async function takeLost(
  { store, sampler, slots, inspect, log, clock }: TakeLostDeps,
  { open, how }: { open: OpenTrim; how: HowLost },
): Promise<TrimResult> {
  const { id, guestId, guestName, planned, paths, before } = open;
  const known = await store.findTrim({ guestId, id });
  if (known !== null) {
    await store.withdrawTrim(open);
    return known;
  }
  slots.mayHavePassedBy(poolsOf(paths));
  // A sample finds a thin volume by the last inspection; since a restart there may have been none.
  const volumes = paths.filter(({ image }) => image?.kind === 'thin-volume');
  await inspect(volumes.flatMap(({ match }) => match.hostDisk ?? []));
  const after = await sampler.settled(paths);
  const result = concludeTrim({
    report: toLostReport({ open, how }),
    lost: how,
    inside: open.inside,
    guestId,
    guest: guestName,
    bootId: bootOfTrim(open),
    times: { grantedAt: open.grantedAt, reportedAt: clock.now() },
    inventory: null,
    devices: [...new Set(planned.flatMap(({ disks }) => disks))],
    paths,
    before,
    after,
    sharedPools: null,
    earlier: await store.earlierTrims({ guestId, limit: TRIMS_READ }),
    outlooks: new Map(),
  });
  log.warn({ guest: guestName, trimId: id, how }, 'the guest was lost while it trimmed');
  return store.closeTrim({ guestId, report: null, result, storedAt: clock.now(), after });
}
