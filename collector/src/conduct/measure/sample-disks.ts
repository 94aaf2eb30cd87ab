import { Fault, toCause } from '@trimtab/protocol/shared';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { Allocation, Extents, ImageState } from '../../model/image.ts';
import type { PoolFacts } from '../../model/pool.ts';
import type { DiskSample, QemuCounters } from '../../model/sample.ts';
import { SIGNIFICANT_BYTES } from '../../model/significant.ts';
import type { Allocations } from '../../ports/allocations.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { type Settled, settle } from './settle.ts';

/** One look at an image and its pool, without asking QEMU. */
type AllocationReading = Allocation & { readonly takenAt: number };

export interface SampleDeps {
  readonly clock: Clock;
  readonly allocations: Allocations;
  readonly qmp: Pick<Qmp, 'ask'>;
  /** A process an image; null where it cannot be told. */
  readExtents(image: ImageState): Promise<Extents | null>;
  /** The commands to ask, and how to read the answers for one disk. */
  readonly counterCommands: Parameters<Qmp['ask']>[1];
  readCounters(answers: readonly unknown[], disk: HostDisk): QemuCounters | null;
}

export interface Sampled {
  /** By the guest's name for the disk; a disk whose image is unknown or gone is left out. */
  readonly samples: Readonly<Record<string, DiskSample>>;
  /** The disks whose allocation still moved at the limit. */
  readonly restless: readonly string[];
  /** Bytes a millisecond by which the pool of each disk moved while the image did not. */
  readonly poolDrift: Readonly<Record<string, number>>;
}

/**
 * The state of each disk now, before the first discard of a trim. QEMU is asked first: what the guest writes between the two
 * looks is then in `writtenBytes` as well as in the allocation, and can be told apart from what a trim did.
 */
export async function sampleNow(deps: SampleDeps, paths: readonly DiskPath[]): Promise<Sampled> {
  const known = onlyKnown(paths);
  const extents = await readAllExtents(deps, known);
  const answers = await askMonitors(deps, known);
  const readings = await lookAt(deps, toImages(known));
  const seen = new Map([...readings].map(([key, look]) => [key, { first: look, last: look, still: true }]));
  return join(deps, known, { seen, answers, extents });
}

/** The state of each disk after the last discard: looked at until its allocation holds still, or the limit comes; then QEMU is asked. */
export async function sampleSettled(deps: SampleDeps, paths: readonly DiskPath[], limitMs: number): Promise<Sampled> {
  const known = onlyKnown(paths);
  const images = toImages(known);
  const seen = await settle({
    watched: images.filter(isMeasured).map(({ path, lagMs }) => ({ key: path, lagMs })),
    look: (keys) =>
      lookAt(
        deps,
        images.filter(({ path }) => keys.includes(path)),
      ),
    isSame,
    clock: deps.clock,
    limitMs,
  });
  const answers = await askMonitors(deps, known);
  return join(deps, known, { seen, answers, extents: await readAllExtents(deps, known) });
}

interface KnownDisk {
  /** The guest's name for the disk. */
  readonly name: string;
  readonly hostDisk: HostDisk;
  readonly image: ImageState;
  readonly pool: PoolFacts | null;
  readonly domain: Domain;
}

function onlyKnown(paths: readonly DiskPath[]): KnownDisk[] {
  return paths.flatMap(({ match, image, pool, domain }) =>
    image === null || match.hostDisk === null || domain === null
      ? []
      : [{ name: match.disk.name, hostDisk: match.hostDisk, image, pool, domain }],
  );
}

/** Each image once, also when it stands behind two disks. */
function toImages(known: readonly KnownDisk[]): ImageState[] {
  return [...new Map(known.map(({ image }) => [image.path, image])).values()];
}

/** A guest at work always moves a little; what proves nothing is no unrest. */
function isSame(one: AllocationReading, other: AllocationReading): boolean {
  if (one.allocationBytes === null || other.allocationBytes === null)
    return one.allocationBytes === other.allocationBytes;
  return Math.abs(one.allocationBytes - other.allocationBytes) < SIGNIFICANT_BYTES;
}

type Answers = ReadonlyMap<Domain, { readonly answers?: readonly unknown[]; readonly why: string }>;

/** One connection a guest, for all of its disks. */
async function askMonitors(deps: SampleDeps, known: readonly KnownDisk[]): Promise<Answers> {
  const domains = [...new Set(known.map(({ domain }) => domain))];
  return new Map(
    await Promise.all(domains.map(async (domain) => [domain, await askMonitor(deps, domain.monitors)] as const)),
  );
}

function join(
  deps: SampleDeps,
  known: readonly KnownDisk[],
  found: {
    readonly seen: ReadonlyMap<string, Settled<AllocationReading>>;
    readonly answers: Answers;
    /** By image path. */
    readonly extents: ReadonlyMap<string, Extents | null>;
  },
): Sampled {
  const { seen, answers, extents } = found;
  const samples: Record<string, DiskSample> = {};
  const poolDrift: Record<string, number> = {};
  const restless: string[] = [];
  for (const { name, hostDisk, image, domain } of known) {
    const settled = seen.get(image.path);
    // What can be measured and gives nothing is gone; what cannot be measured still has QEMU's counters.
    if (isMeasured(image) && (settled?.last.allocationBytes ?? null) === null) continue;
    const { counters, why } = readCounters(deps, answers.get(domain), hostDisk);
    samples[name] = {
      takenAt: settled?.last.takenAt ?? deps.clock.now(),
      allocationBytes: settled?.last.allocationBytes ?? null,
      poolFreeBytes: settled?.last.poolFreeBytes ?? null,
      extents: extents.get(image.path) ?? null,
      counters,
      counterEpoch: counters === null ? null : `${domain.key} ${domain.pid}`,
      countersMissing: why,
    };
    if (settled === undefined) continue;
    poolDrift[name] = drift(settled);
    if (!settled.still) restless.push(name);
  }
  return { samples, restless, poolDrift };
}

/**
 * Only where a cause may rest on them: on a filesystem whose files can share blocks, and of an image that takes all it can. One
 * after the other: each is a walk through the image's extents.
 */
async function readAllExtents(
  deps: SampleDeps,
  known: readonly KnownDisk[],
): Promise<ReadonlyMap<string, Extents | null>> {
  const extents = new Map<string, Extents | null>();
  for (const { image, pool } of known) {
    if (extents.has(image.path) || image.kind !== 'file' || pool === null) continue;
    const isFull = (image.allocationBytes ?? 0) >= (image.capacityBytes ?? Number.POSITIVE_INFINITY);
    if (pool.reflink !== false || isFull) extents.set(image.path, await deps.readExtents(image));
  }
  return extents;
}

const isMeasured = ({ unmeasured }: ImageState) => unmeasured === null;

async function lookAt(
  { clock, allocations }: SampleDeps,
  images: readonly ImageState[],
): Promise<ReadonlyMap<string, AllocationReading>> {
  const found = await allocations.read(images);
  const takenAt = clock.now();
  return new Map([...found].map(([path, allocation]) => [path, { takenAt, ...allocation }]));
}

/** What QEMU says that is not understood is as good as not said, with the reason. */
function readCounters(
  deps: SampleDeps,
  monitor: { answers?: readonly unknown[]; why: string } | undefined,
  disk: HostDisk,
): { counters: QemuCounters | null; why: string | null } {
  if (monitor?.answers === undefined) return { counters: null, why: monitor?.why ?? null };
  try {
    const counters = deps.readCounters(monitor.answers, disk);
    return { counters, why: counters === null ? 'QEMU does not list this disk' : null };
  } catch (error) {
    return { counters: null, why: `QEMU’s counters could not be read: ${toCause(error)}` };
  }
}

/**
 * Asks all sockets of a guest at once and takes the first answer: one may be held by somebody else, and is waited for. libvirt is asked
 * only if none answers: it notes on the domain that somebody asked.
 */
async function askMonitor(
  { qmp, counterCommands }: SampleDeps,
  monitors: Domain['monitors'],
): Promise<{ answers?: readonly unknown[]; why: string }> {
  let why = 'this guest has no QMP socket that the collector knows of';
  for (const kind of ['socket', 'libvirt'] as const) {
    const asked = monitors.filter((monitor) => monitor.kind === kind);
    if (asked.length === 0) continue;
    try {
      return { answers: await Promise.any(asked.map((monitor) => qmp.ask(monitor, counterCommands))), why: '' };
    } catch (error) {
      why = toReason(error instanceof AggregateError ? error.errors[0] : error);
    }
  }
  return { why };
}

/** With its remedy, on one line. */
function toReason(error: unknown): string {
  if (error instanceof Fault && error.detail.hint !== null) return `${error.message}. ${error.detail.hint}`;
  return toCause(error);
}

function drift({ first, last }: Settled<AllocationReading>): number {
  if (first.poolFreeBytes === null || last.poolFreeBytes === null || last.takenAt <= first.takenAt) return 0;
  return Math.abs(last.poolFreeBytes - first.poolFreeBytes) / (last.takenAt - first.takenAt);
}
