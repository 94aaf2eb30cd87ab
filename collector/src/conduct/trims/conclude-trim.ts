import { type Inventory, rise, stacksOf, type TrimReport } from '@trimtab/protocol';
import { believeSent, findContradictions } from '../../correlate/contradictions.ts';
import { countHops } from '../../correlate/count-hops.ts';
import type { TrimSeen } from '../../diagnose/evidence.ts';
import { judge } from '../../diagnose/judge.ts';
import { readLeftByTrims } from '../../diagnose/left-by-trims.ts';
import { readPast } from '../../diagnose/past-trims.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample, Sampled } from '../../model/sample.ts';
import type { DiskResult, TrimResult } from '../../model/trim-result.ts';
import { estimateSlackOf, toDiskEvidence } from '../measure/disk-evidence.ts';
import type { Sampler } from '../measure/sampler.ts';
import { findGap, findNoise, listGaps } from './sample-gaps.ts';

export interface Conclusion {
  readonly sampler: Pick<Sampler, 'settled'>;
  /** The guest's name on this host. */
  readonly guest: string;
  /** As the guest announced it before this trim; null when it has not. */
  readonly inventory: Inventory | null;
  readonly report: TrimReport;
  /** Every whole disk the report speaks of. */
  readonly disks: readonly string[];
  readonly paths: readonly DiskPath[];
  /** The samples taken before the grant; null when the host did not grant this trim. */
  readonly before: Readonly<Record<string, DiskSample>> | null;
  /** Did another trim run on a pool of this one, or is that not known? */
  readonly poolShared: boolean;
  /** Stored trims of this guest, the newest first. */
  readonly earlier: readonly TrimResult[];
  readonly bootId: string | null;
}

/** From the guest's report and the host's samples to what the trim achieved, disk by disk. */
export async function concludeTrim(conclusion: Conclusion): Promise<TrimResult> {
  const { report, disks, guest } = conclusion;
  const sampled = await conclusion.sampler.settled(conclusion.paths);
  return {
    id: report.id,
    guest,
    trigger: report.trigger,
    requestId: report.requestId,
    startedAt: new Date(report.startedAt).toISOString(),
    durationMs: report.durationMs,
    bootId: conclusion.bootId,
    curedBy: null,
    filesystems: report.filesystems,
    disks: disks.map((device) => concludeDisk(conclusion, device, sampled)),
  };
}

function concludeDisk(conclusion: Conclusion, device: string, sampled: Sampled): DiskResult {
  const { guest, report, paths, before, inventory } = conclusion;
  const path = paths.find(({ match }) => match.disk.name === device) ?? null;
  const from = lookUp(before ?? {}, device);
  const to = lookUp(sampled.samples, device);
  const drift = lookUp(sampled.poolDrift, device) ?? 0;
  const noise = findNoise({ paths, poolShared: conclusion.poolShared, path, from, to, driftBytesPerMs: drift });
  const counted = countHops({ disk: device, report, before: from, after: to, poolQuiet: noise === null });
  const { hops, writtenBytes } = counted;
  const here = report.filesystems.filter((filesystem) => filesystem.disks.includes(device));
  const said = {
    ...{ hops, capacityBytes: path?.image?.capacityBytes ?? null, filesystems: here.length },
    ...toCertainty(inventory, device),
  };
  const image = path?.match.hostDisk?.image ?? null;
  const past = readPast(conclusion.earlier, { device, image, bootId: conclusion.bootId });
  const leftBytes = readLeftByTrims(conclusion.earlier, { device, image, inventory });
  const covered = new Set(here.flatMap(({ mount, outcome }) => (outcome.status === 'done' ? [mount] : [])));
  const evidence = toDiskEvidence({
    ...{ guest, device, path, inventory, past, covered, leftBytes },
    counters: to?.counters ?? null,
    allocationBytes: to?.allocationBytes ?? null,
    extents: to?.extents ?? null,
  });
  const trim: TrimSeen = {
    filesystems: here,
    hops,
    writtenBytes,
    sentBytes: believeSent(said),
    failedDiscards: rise({ from: from?.counters?.failedDiscards, to: to?.counters?.failedDiscards }),
    layers: report.layers,
    unbracketed: findGap({ report, path, from, to }),
    restless: sampled.restless.includes(device),
    holdsMore: evidence.holdsMore,
    remaining: evidence.slack,
    unsharedBytes: toUnshared(from, to),
    again: here.some(({ again }) => again),
  };
  const moment = { path, inventory, device, covered, leftBytes };
  const slack = estimateSlackOf({ ...moment, allocationBytes: from?.allocationBytes ?? null });
  return {
    device,
    image,
    matchedBy: path?.match.matchedBy ?? null,
    hops,
    slack,
    writtenBytes,
    allocationBytes: { before: from?.allocationBytes ?? null, after: to?.allocationBytes ?? null },
    ...judge({ ...evidence, trim }),
    contradictions: [
      ...findContradictions(said),
      ...(report.granted && before === null
        ? [{ fact: 'granted', value: 'the guest says that this host granted the trim, and it granted none' }]
        : []),
    ],
    gaps: listGaps({ path, from, to, noise }),
  };
}

/** What could make an honest guest's counters differ from the host's. */
function toCertainty(inventory: Inventory | null, device: string) {
  const stacks = inventory === null ? [] : stacksOf(inventory).filter(({ disks }) => disks.includes(device));
  const mode = inventory?.disks.find(({ name }) => name === device)?.provisioningMode ?? null;
  return {
    isMapped: stacks.some(({ layers }) => layers.some(({ kind }) => kind === 'dm' || kind === 'md')),
    isUnmapped: mode === null || mode === 'unmap',
  };
}

/** By how much what other files have too has become less. */
function toUnshared(from: DiskSample | null, to: DiskSample | null): number | null {
  const [before, after] = [from?.extents?.sharedBytes ?? null, to?.extents?.sharedBytes ?? null];
  return before === null || after === null ? null : before - after;
}

/** The keys are the guest's words: one called `constructor` must not find what is not there. */
function lookUp<Value>(record: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
