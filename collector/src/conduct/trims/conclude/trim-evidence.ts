import { rise } from '@trimtab/protocol';
import { believeSent } from '../../../correlate/contradictions.ts';
import { mayPoolKeep } from '../../../correlate/may-keep.ts';
import type { TrimmedDisk } from '../../../diagnose/evidence.ts';
import { readLeftByTrims } from '../../../diagnose/left-by-trims.ts';
import { readPast } from '../../../diagnose/past-trims.ts';
import type { DiskSample } from '../../../model/sample.ts';
import type { Slack } from '../../../model/slack.ts';
import { estimateSlackOf, toDiskEvidence } from '../../measure/disk-evidence.ts';
import type { CountedDisk } from './count-disk.ts';
import { findTurned } from './find-turned.ts';
import type { Gathered } from './gather.ts';
import { readNesting } from './nesting.ts';
import { findDropper, findGap } from './sample-gaps.ts';

export interface TrimEvidence {
  /** The ground of the verdict. */
  readonly evidence: TrimmedDisk;
  /** What could have come back, estimated before the trim; null where it cannot be estimated. */
  readonly slackBefore: Slack | null;
}

/** What one disk shows after its trim, and what the trim showed. */
export function toTrimEvidence(gathered: Gathered, counted: CountedDisk): TrimEvidence {
  const { guest, bootId, inventory, report, after, earlier, outlooks } = gathered;
  const { device, path, from, to, filesystems } = counted;
  const image = path?.match.hostDisk?.image ?? null;
  const covered = new Set(filesystems.flatMap(({ mount, outcome }) => (outcome.status === 'done' ? [mount] : [])));
  const leftBytes = readLeftByTrims(earlier, { device, image, inventory });
  const shown = toDiskEvidence({
    guest,
    device,
    path,
    inventory,
    past: readPast(earlier, { device, image, bootId }),
    // It was trimmed a moment ago.
    isOff: false,
    repair: outlooks.get(device) ?? null,
    covered,
    leftBytes,
    counters: to?.counters ?? null,
    allocationBytes: to?.allocationBytes ?? null,
    extents: to?.extents ?? null,
    tables: to?.tables ?? null,
  });
  const allocationBytes = from?.allocationBytes ?? null;
  return {
    slackBefore: estimateSlackOf({ device, path, inventory, covered, leftBytes, allocationBytes }),
    evidence: {
      ...shown,
      trim: {
        filesystems,
        hops: counted.said.hops,
        writtenBytes: counted.writtenBytes,
        sentBytes: countSent(counted),
        failedDiscards: rise({ from: from?.counters?.failedDiscards, to: to?.counters?.failedDiscards }),
        droppedBy: findDropper({ from, to }),
        layers: report.layers,
        unbracketed: findGap({ report, path, from, to }),
        restless: after.restless.includes(device),
        holdsMore: shown.holdsMore,
        remaining: shown.slack,
        unsharedBytes: countFall({ from, to, of: 'sharedBytes' }),
        unencodedBytes: countFall({ from, to, of: 'encodedBytes' }),
        heldParts: to?.heldParts ?? null,
        sharedAt: from?.extents?.sharedAt ?? null,
        mayPoolKeep: mayPoolKeep({ path, before: from }),
        poolNoise: counted.noise,
        again: filesystems.some(({ again }) => again),
        turned: findTurned({ inventory, report, device }),
        ...readNesting({ inventory, report, device }),
      },
    },
  };
}

/**
 * Where nothing was trimmed, what the host counted is all that was sent; where each filesystem says that it gave up
 * nothing, as qemu-ga passes on, nothing was.
 */
function countSent({ said, filesystems }: CountedDisk): number | null {
  const counted = believeSent(said);
  if (counted !== null) return counted;
  const done = filesystems.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.trimmedBytes] : []));
  if (done.length === 0) return said.hops.passedBytes;
  return done.every((bytes) => bytes === 0) ? 0 : null;
}

/** What the image had in extents of a kind before the trim less what it has after it; null where nobody could tell. */
function countFall({
  from,
  to,
  of,
}: {
  from: DiskSample | null;
  to: DiskSample | null;
  of: 'sharedBytes' | 'encodedBytes';
}): number | null {
  const [before, after] = [from?.extents?.[of] ?? null, to?.extents?.[of] ?? null];
  return before === null || after === null ? null : before - after;
}
