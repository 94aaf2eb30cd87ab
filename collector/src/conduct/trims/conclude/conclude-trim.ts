import { judge } from '../../../diagnose/judge.ts';
import type { DiskResult, TrimResult } from '../../../model/trim-result.ts';
import { believeTimes } from './believe-times.ts';
import { countDisk } from './count-disk.ts';
import { toDiskRow } from './disk-row.ts';
import type { Gathered } from './gather.ts';
import { judgeLost } from './judge-lost.ts';
import { toTrimEvidence } from './trim-evidence.ts';

/**
 * From what was gathered to what the trim achieved: each disk is counted, its evidence judged, and the verdict told in
 * a row.
 */
export function concludeTrim(gathered: Gathered): TrimResult {
  const { report, guest, inside, bootId, devices, lost } = gathered;
  const { startedAt, toldStartedAt, durationMs } = believeTimes(report, gathered.times);
  return {
    id: report.id,
    guest,
    inside,
    trigger: report.trigger,
    requestId: report.requestId,
    // The store knows what was asked for, rule [ST21].
    askedBy: null,
    startedAt,
    toldStartedAt,
    durationMs,
    bootId,
    curedBy: null,
    amendedAt: null,
    libvirtNoted: whenNoted(gathered),
    reported: lost === null,
    filesystems: report.filesystems,
    disks: devices.map((device) => concludeDisk(gathered, device)),
  };
}

/** A boot of the guest that is not known is taken for a new one: it is said once too often, and not too seldom. */
function whenNoted({ after, earlier, bootId }: Gathered): TrimResult['libvirtNoted'] {
  if (!after.throughLibvirt) return null;
  return bootId !== null && earlier.some((trim) => trim.bootId === bootId && trim.libvirtNoted !== null)
    ? 'before'
    : 'now';
}

function concludeDisk(gathered: Gathered, device: string): DiskResult {
  const counted = countDisk(gathered, device);
  const { evidence, slackBefore } = toTrimEvidence(gathered, counted);
  const { reclaimedBytes } = counted.said.hops;
  const judgement = gathered.lost === null ? judge(evidence) : judgeLost({ how: gathered.lost, reclaimedBytes });
  return toDiskRow({ gathered, counted, slackBefore, judgement });
}
