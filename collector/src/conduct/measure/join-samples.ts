import type { Extents, HeldParts } from '../../model/image.ts';
import type { Qcow2Tables } from '../../model/qcow2-tables.ts';
import type { DiskSample, Sampled } from '../../model/sample.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AllocationReading } from './allocation-reading.ts';
import { type CounterAnswers, countersOf } from './ask-counters.ts';
import type { Commits } from './commit-pools.ts';
import { isMeasured, type KnownDisk } from './known-disks.ts';
import type { Settled } from './settle.ts';

/** One sample a disk, out of what was read of its image, its QEMU and its extents. */
export function joinSamples({
  clock,
  disks,
  settled,
  counters: answers,
  extents,
  heldParts,
  commits,
  tables,
}: {
  clock: Clock;
  disks: readonly KnownDisk[];
  /** By the path of the image. */
  settled: ReadonlyMap<string, Settled<AllocationReading>>;
  counters: CounterAnswers;
  /** By the path of the image. */
  extents: ReadonlyMap<string, Extents | null>;
  /** By the path of the image. */
  heldParts: ReadonlyMap<string, HeldParts | null>;
  commits: Commits;
  /** By the path of the image; empty where nobody asked. */
  tables: ReadonlyMap<string, Qcow2Tables | null>;
}): Sampled {
  const samples: Record<string, DiskSample> = {};
  const poolDrift: Record<string, number> = {};
  const restless: string[] = [];
  for (const { name, hostDisk, image, domain } of disks) {
    const reading = settled.get(image.path);
    // What can be measured and gives nothing is gone; what cannot be measured still has QEMU's counters.
    if (isMeasured(image) && (reading?.last.allocationBytes ?? null) === null) continue;
    const { counters, why } = countersOf(answers.get(domain), hostDisk);
    samples[name] = {
      takenAt: reading?.last.takenAt ?? clock.now(),
      allocationBytes: reading?.last.allocationBytes ?? null,
      poolFreeBytes: commits.uncommitted.has(image.path) ? null : (reading?.last.poolFreeBytes ?? null),
      extents: extents.get(image.path) ?? null,
      heldParts: heldParts.get(image.path) ?? null,
      tables: tables.get(image.path) ?? null,
      counters,
      counterEpoch: counters === null ? null : `${domain.key} ${domain.pid}`,
      countersMissing: why,
    };
    if (reading === undefined) continue;
    poolDrift[name] = toDrift(reading);
    if (!reading.still) restless.push(name);
  }
  const throughLibvirt = [...answers.values()].some((answer) => answer.kind === 'answered' && answer.by === 'libvirt');
  return { samples, restless, poolDrift, throughLibvirt, commit: commits.outstanding };
}

/** Bytes a millisecond. */
function toDrift({ first, last }: Settled<AllocationReading>): number {
  if (first.poolFreeBytes === null || last.poolFreeBytes === null || last.takenAt <= first.takenAt) return 0;
  return Math.abs(last.poolFreeBytes - first.poolFreeBytes) / (last.takenAt - first.takenAt);
}
