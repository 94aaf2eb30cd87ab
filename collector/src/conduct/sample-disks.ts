import { Fault, toCause } from '@trimtab/protocol/shared';
import { SIGNIFICANT_BYTES } from '../correlate/judge.ts';
import type { Domain, HostDisk } from '../model/domain.ts';
import type { ImageState } from '../model/image.ts';
import type { DiskSample, QemuCounters } from '../model/sample.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Qmp } from '../ports/qmp.ts';
import { type Settled, settle } from './settle.ts';
import type { DiskPath } from './survey.ts';

/** One look at an image and its pool, without asking QEMU: two system calls. */
interface ImageLook {
  readonly takenAt: number;
  readonly allocationBytes: number | null;
  readonly poolFreeBytes: number | null;
}

export interface SampleDeps {
  readonly clock: Clock;
  readonly files: HostFiles;
  readonly qmp: Qmp;
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
  const answers = await askMonitors(deps, known);
  const seen = await Promise.all(known.map(({ image }) => lookAt(deps, image.path)));
  return join(
    deps,
    known,
    seen.map((look) => ({ first: look, last: look, still: true })),
    answers,
  );
}

/** The state of each disk after the last discard: looked at until its allocation holds still, or the limit comes; then QEMU is asked. */
export async function sampleSettled(deps: SampleDeps, paths: readonly DiskPath[], limitMs: number): Promise<Sampled> {
  const known = onlyKnown(paths);
  const { clock } = deps;
  const seen = await Promise.all(
    known.map(({ image }) => settle({ look: () => lookAt(deps, image.path), isSame, clock, limitMs })),
  );
  return join(deps, known, seen, await askMonitors(deps, known));
}

interface KnownDisk {
  readonly name: string;
  readonly hostDisk: HostDisk;
  readonly image: ImageState;
  readonly domain: Domain;
}

function onlyKnown(paths: readonly DiskPath[]): KnownDisk[] {
  return paths.flatMap(({ match, image, domain }) =>
    image === null || match.hostDisk === null || domain === null
      ? []
      : [{ name: match.disk.name, hostDisk: match.hostDisk, image, domain }],
  );
}

/** A guest at work always moves a little; what proves nothing is no unrest. */
function isSame(one: ImageLook, other: ImageLook): boolean {
  if (one.allocationBytes === null || other.allocationBytes === null)
    return one.allocationBytes === other.allocationBytes;
  return Math.abs(one.allocationBytes - other.allocationBytes) < SIGNIFICANT_BYTES;
}

type Answers = ReadonlyMap<Domain, { readonly answers?: readonly unknown[]; readonly why: string }>;

/** One connection a guest, for all of its disks. */
async function askMonitors(deps: SampleDeps, known: readonly KnownDisk[]): Promise<Answers> {
  const domains = [...new Set(known.map(({ domain }) => domain))];
  return new Map(
    await Promise.all(domains.map(async (domain) => [domain, await askMonitor(deps, domain.qmpSockets)] as const)),
  );
}

function join(
  deps: SampleDeps,
  known: readonly KnownDisk[],
  seen: readonly Settled<ImageLook>[],
  answers: Answers,
): Sampled {
  const samples: Record<string, DiskSample> = {};
  const poolDrift: Record<string, number> = {};
  const restless: string[] = [];
  for (const [index, { name, hostDisk, domain }] of known.entries()) {
    const settled = seen[index];
    if (settled === undefined || settled.last.allocationBytes === null) continue;
    const { counters, why } = readCounters(deps, answers.get(domain), hostDisk);
    samples[name] = {
      takenAt: settled.last.takenAt,
      allocationBytes: settled.last.allocationBytes,
      poolFreeBytes: settled.last.poolFreeBytes,
      counters,
      counterEpoch: counters === null ? null : domain.key,
      countersMissing: why,
    };
    poolDrift[name] = drift(settled);
    if (!settled.still) restless.push(name);
  }
  return { samples, restless, poolDrift };
}

async function lookAt({ clock, files }: SampleDeps, path: string): Promise<ImageLook> {
  const [status, space] = await Promise.all([files.status(path), files.space(path)]);
  return {
    takenAt: clock.now(),
    allocationBytes: status?.allocationBytes ?? null,
    poolFreeBytes: space?.freeBytes ?? null,
  };
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

/** Asks all monitors of a guest at once and takes the first answer: one may be held by somebody else, and is waited for. */
async function askMonitor(
  { qmp, counterCommands }: SampleDeps,
  sockets: readonly string[],
): Promise<{ answers?: readonly unknown[]; why: string }> {
  if (sockets.length === 0) return { why: 'this guest has no QMP socket that the collector knows of' };
  try {
    return { answers: await Promise.any(sockets.map((socket) => qmp.ask(socket, counterCommands))), why: '' };
  } catch (error) {
    return { why: toReason(error instanceof AggregateError ? error.errors[0] : error) };
  }
}

/** With its remedy, on one line. */
function toReason(error: unknown): string {
  if (error instanceof Fault && error.detail.hint !== null) return `${error.message}. ${error.detail.hint}`;
  return toCause(error);
}

function drift({ first, last }: Settled<ImageLook>): number {
  if (first.poolFreeBytes === null || last.poolFreeBytes === null || last.takenAt <= first.takenAt) return 0;
  return Math.abs(last.poolFreeBytes - first.poolFreeBytes) / (last.takenAt - first.takenAt);
}
