import { countOnGuest, type TrimReport } from '@trimtab/protocol';

/**
 * A local trim in the shape of every trim result (docs/json.md), with the counters of all layers besides. The hops of
 * the host are null, since nobody on the host was asked, and so no verdict can be given.
 */
export function toTrimResult({ guest, report }: { guest: string; report: TrimReport }) {
  const disks = [...new Set(report.filesystems.flatMap((filesystem) => filesystem.disks))];
  return {
    id: report.id,
    guest,
    inside: 'trimtab-agent' as const,
    trigger: report.trigger,
    requestId: report.requestId,
    askedBy: null,
    startedAt: new Date(report.startedAt).toISOString(),
    toldStartedAt: null,
    durationMs: report.durationMs,
    bootId: null,
    curedBy: null,
    amendedAt: null,
    libvirtNoted: null,
    reported: true,
    filesystems: report.filesystems,
    layers: report.layers,
    disks: disks.map((device) => {
      const { trimmedBytes, issuedBytes, writtenBytes } = countOnGuest({ report, disk: device });
      return {
        device,
        image: null,
        matchedBy: null,
        hops: {
          trimmedBytes,
          issuedBytes,
          receivedBytes: null,
          passedBytes: null,
          reclaimedBytes: null,
          regainedBytes: null,
        },
        reclaimedBetween: null,
        slack: null,
        writtenBytes,
        allocationBytes: { before: null, after: null },
        verdict: 'inconclusive' as const,
        lostAt: null,
        cause: null,
        sentence: 'Only the host can say what it got back.',
        evidence: [],
        fix: null,
        remedy: null,
        needsPowerCycle: null,
        page: null,
        contradictions: [],
        gaps: [],
      };
    }),
  };
}
