import type { TrimReport } from '@trimtab/protocol';
import { countHops } from '../correlate/count-hops.ts';
import { judge } from '../correlate/judge.ts';
import { isPoolQuiet } from '../correlate/pool-quiet.ts';
import type { ImageState } from '../model/image.ts';
import type { DiskSample } from '../model/sample.ts';
import type { DiskResult, Evidence, TrimResult } from '../model/trim-result.ts';
import { type SampleDeps, type Sampled, sampleSettled } from './sample-disks.ts';
import type { DiskPath } from './survey.ts';

export interface Conclusion {
  readonly sampling: SampleDeps;
  readonly settleLimitMs: number;
  /** The guest's name on this host. */
  readonly guest: string;
  readonly report: TrimReport;
  /** Every whole disk the report speaks of. */
  readonly disks: readonly string[];
  readonly paths: readonly DiskPath[];
  /** The samples taken before the grant; null when the host did not grant this trim. */
  readonly before: Readonly<Record<string, DiskSample>> | null;
  /** Did another trim run on a pool of this one, or is that not known? */
  readonly poolShared: boolean;
}

/** From the guest's report and the host's samples to what the trim achieved, disk by disk. */
export async function concludeTrim(conclusion: Conclusion): Promise<TrimResult> {
  const { report, disks, guest } = conclusion;
  const sampled = await sampleSettled(conclusion.sampling, conclusion.paths, conclusion.settleLimitMs);
  return {
    id: report.id,
    guest,
    trigger: report.trigger,
    requestId: report.requestId,
    startedAt: new Date(report.startedAt).toISOString(),
    durationMs: report.durationMs,
    filesystems: report.filesystems,
    disks: disks.map((device) => concludeDisk(conclusion, device, sampled)),
  };
}

function concludeDisk(conclusion: Conclusion, device: string, sampled: Sampled): DiskResult {
  const { guest, report, paths, before } = conclusion;
  const path = paths.find(({ match }) => match.disk.name === device) ?? null;
  const from = lookUp(before ?? {}, device);
  const to = lookUp(sampled.samples, device);
  const noise = findNoise({ conclusion, path, from, to, driftBytesPerMs: lookUp(sampled.poolDrift, device) ?? 0 });
  const { hops, writtenBytes } = countHops({
    disk: device,
    report,
    before: from,
    after: to,
    poolQuiet: noise === null,
  });
  const here = report.filesystems.filter((filesystem) => filesystem.disks.includes(device));
  const judgement = judge({
    guest,
    outcomes: here.map(({ outcome }) => outcome),
    hops,
    writtenBytes,
    image: path?.match.hostDisk?.image ?? null,
    unmatched: path?.match.why ?? 'the guest’s inventory does not hold it',
    format: path?.image?.format ?? null,
    nodes: path?.match.hostDisk?.nodes ?? [],
    source: path?.domain?.source ?? null,
    unmeasured: path?.image?.unmeasured ?? null,
    unbracketed: findGap({ report, path, from, to }),
    restless: sampled.restless.includes(device),
    holders: path?.image === null || path === null ? [] : listHolders(path.image),
  });
  return {
    device,
    image: path?.match.hostDisk?.image ?? null,
    matchedBy: path?.match.matchedBy ?? null,
    hops,
    writtenBytes,
    allocationBytes: { before: from?.allocationBytes ?? null, after: to?.allocationBytes ?? null },
    ...judgement,
    gaps: listGaps({ path, from, to, noise }),
  };
}

/** The keys are the guest's words: one called `constructor` must not find what is not there. */
function lookUp<Value>(record: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}

/** Why the pool's free space says nothing of this disk; null when it does. */
function findNoise(seen: {
  readonly conclusion: Conclusion;
  readonly path: DiskPath | null;
  readonly from: DiskSample | null;
  readonly to: DiskSample | null;
  readonly driftBytesPerMs: number;
}): string | null {
  const { conclusion, path, from, to, driftBytesPerMs } = seen;
  const pool = path?.image?.pool;
  if (pool === undefined) return 'the pool is not known';
  if (conclusion.paths.filter(({ image }) => image?.pool === pool).length > 1) return OTHER_DISK;
  if (conclusion.poolShared) return OTHER_TRIM;
  return isPoolQuiet({ before: from, after: to, driftBytesPerMs }) ? null : OTHERS_WRITE;
}

const OTHER_DISK = 'another disk of this trim is in the same pool';
const OTHER_TRIM = 'another trim ran on this pool meanwhile, or the collector was restarted';
const OTHERS_WRITE = 'others wrote to the pool meanwhile';

function listGaps(seen: {
  readonly path: DiskPath | null;
  readonly from: DiskSample | null;
  readonly to: DiskSample | null;
  readonly noise: string | null;
}): Evidence[] {
  const { path, from, to, noise } = seen;
  if (from === null || to === null) return [];
  const silent = from.countersMissing ?? to.countersMissing;
  const asked = path?.domain?.source !== 'loop-devices';
  return [
    ...(silent !== null && asked ? [{ fact: 'received, passed', value: silent }] : []),
    ...(noise === null ? [] : [{ fact: 'regained', value: noise }]),
  ];
}

/** Why the samples do not enclose the trim, for people; null when they do. */
function findGap(seen: {
  readonly report: TrimReport;
  readonly path: DiskPath | null;
  readonly from: DiskSample | null;
  readonly to: DiskSample | null;
}): string | null {
  const { report, path, from, to } = seen;
  if (!report.granted) return 'the collector was away when the trim began, so the image was not looked at before it';
  if (path?.missing !== null && path?.missing !== undefined) return path.missing;
  if (from === null) return 'the image was not looked at before the trim began';
  if (to === null) return 'the image could not be looked at after the trim';
  const [job] = [...(from.counters?.blockJobs ?? []), ...(to.counters?.blockJobs ?? [])];
  return job === undefined ? null : `a block job (${job}) ran in this guest, and changes images by itself`;
}

function listHolders({ internalSnapshots, backingChain }: ImageState): string[] {
  return [
    ...(internalSnapshots > 0 ? [`${internalSnapshots} internal snapshot${internalSnapshots === 1 ? '' : 's'}`] : []),
    ...backingChain.slice(0, 1).map((path) => `the backing file ${path}`),
  ];
}
