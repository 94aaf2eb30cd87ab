import type { DoctorView } from '../../model/doctor.ts';
import type { DiskSummary, PastTrim } from '../../model/trim-summary.ts';

/**
 * How far the estimates made before trims were from what the trims then got. Only where a trim could get all of it: of
 * one that was lost or held, the estimate was not put to the test.
 */
export function measureEstimates(trims: readonly PastTrim[]): DoctorView['estimateError'] {
  const tested = trims.flatMap(({ disks }) => disks).flatMap(compare);
  if (tested.length === 0) return null;
  const errors = tested.map(({ errorBytes }) => errorBytes).sort((one, other) => one - other);
  return {
    trims: tested.length,
    medianBytes: errors[Math.floor((errors.length - 1) / 2)] ?? 0,
    withinBounds: tested.filter(({ isWithin }) => isWithin).length,
  };
}

function compare({ verdict, slack, hops }: DiskSummary): readonly { errorBytes: number; isWithin: boolean }[] {
  const estimateBytes = slack?.estimateBytes ?? null;
  if (slack === null || estimateBytes === null || hops.reclaimedBytes === null) return [];
  if (verdict !== 'reclaimed' && verdict !== 'nothing-to-reclaim') return [];
  const { reclaimedBytes } = hops;
  const isWithin = reclaimedBytes >= slack.leastBytes && reclaimedBytes <= slack.mostBytes;
  return [{ errorBytes: Math.abs(reclaimedBytes - estimateBytes), isWithin }];
}
