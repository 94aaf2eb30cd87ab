import {
  type FilesystemResult,
  type LayerCounters,
  type Outcome,
  type Progress,
  type TrimOrigin,
  type TrimReport,
  toDeltas,
} from '@trimtab/protocol';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { ReadLimits } from '../ports/limits.ts';
import { interpretFstrim } from './fstrim.ts';
import type { PlannedFilesystem, TrimPlan } from './plan.ts';
import type { WatchSync } from './tell-long-sync.ts';
import { watchProgress } from './watch-progress.ts';

export interface TrimJob {
  readonly trim: TrimOrigin;
  readonly plan: TrimPlan;
  readonly commands: Commands;
  readonly readCounters: ReadCounters;
  readonly readLimits: ReadLimits;
  readonly clock: Clock;
  /** Its reason, a sentence, becomes the outcome of what did not finish. */
  readonly signal: AbortSignal;
  /** Awaited before the first fstrim: whoever keeps a journal writes it here. */
  readonly onStarted: (started: {
    readonly startedAt: number;
    readonly before: Readonly<Record<string, LayerCounters>>;
  }) => Promise<void>;
  /** Awaited after each filesystem, with all results so far. */
  readonly onFilesystem: (results: readonly FilesystemResult[]) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
  readonly onSync: WatchSync;
}

/**
 * One trim, from the first sync to the counters after the last discard. It never retries, and it never throws for what
 * fstrim does.
 */
export async function runTrim(job: TrimJob): Promise<TrimReport> {
  const { clock, plan, readCounters, readLimits } = job;
  await syncFirst(job);
  const before = await readCounters(plan.layers);
  const startedAt = clock.now();
  const beganMs = clock.monotonicMs();
  await job.onStarted({ startedAt, before });

  const filesystems: FilesystemResult[] = [];
  for (const filesystem of plan.filesystems) {
    filesystems.push(await trimOne({ ...job, filesystem, index: filesystems.length + 1, beganMs, before }));
    await job.onFilesystem(filesystems);
  }
  return {
    ...job.trim,
    startedAt,
    durationMs: Math.round(clock.monotonicMs() - beganMs),
    filesystems,
    layers: toDeltas({ before, after: await readCounters(plan.layers) }),
    limitsAfter: [...(await readLimits(plan.layers))],
  };
}

/**
 * FITRIM sees a block as free only when the journal has committed its freeing: of 300 MiB deleted a moment before, ext4
 * gave back 0.06 without this. `-f` is coreutils 8.24 and BusyBox 1.24; before that, everything is synced.
 */
async function syncFirst(job: TrimJob): Promise<void> {
  for (const { mount } of job.plan.filesystems) if (!(await syncOne(job, mount))) return;
}

/** False where nothing more is to be synced: everything was, or the trim is called off. */
async function syncOne(job: TrimJob, mount: string): Promise<boolean> {
  if (job.signal.aborted) return false;
  const ended = job.onSync(mount);
  try {
    return await runSync(job, mount);
  } finally {
    ended();
  }
}

async function runSync({ commands, signal }: TrimJob, mount: string): Promise<boolean> {
  const one = await commands.run({ file: 'sync', args: ['-f', mount], signal });
  if (one.kind === 'ended' && one.exitCode === 0) return true;
  if (one.kind === 'ended' && !signal.aborted) await commands.run({ file: 'sync', args: [], signal });
  return false;
}

interface TrimOne extends TrimJob {
  readonly filesystem: PlannedFilesystem;
  readonly index: number;
  readonly beganMs: number;
  readonly before: Readonly<Record<string, LayerCounters>>;
}

async function trimOne(job: TrimOne): Promise<FilesystemResult> {
  const { clock, filesystem, signal } = job;
  const beganMs = clock.monotonicMs();
  const finish = (outcome: Outcome): FilesystemResult => ({
    mount: filesystem.mount,
    kind: filesystem.kind,
    disks: [...filesystem.disks],
    durationMs: Math.round(clock.monotonicMs() - beganMs),
    outcome,
    again: filesystem.again !== null,
  });
  if (signal.aborted) return finish({ status: 'cancelled', message: toReason(signal) });

  if (filesystem.isHolder) await syncOne(job, filesystem.mount);
  const stopWatching = watchProgress({
    clock,
    readCounters: job.readCounters,
    disks: filesystem.disks,
    before: job.before,
    onIssued: (issuedBytes) =>
      job.onProgress({
        type: 'progress',
        trimId: job.trim.id,
        mount: filesystem.mount,
        index: job.index,
        of: job.plan.filesystems.length,
        elapsedMs: Math.round(clock.monotonicMs() - job.beganMs),
        issuedBytes,
      }),
  });
  const outcome = (await prepareAgain(job)) ?? (await runFstrim(job, ['-v', filesystem.mount]));
  stopWatching();
  return finish(outcome);
}

/**
 * Makes ext4 ready to discard again what it believes it has trimmed; what stands in the way, or null. This fstrim is
 * quick: free runs as large as half a block group are few.
 */
async function prepareAgain(job: TrimOne): Promise<Outcome | null> {
  const { again, mount } = job.filesystem;
  if (again === null) return null;
  if (again.obstacle !== null) return { status: 'failed', message: again.obstacle, hint: null };
  const outcome = await runFstrim(job, ['-v', '-m', String(again.minimumBytes), mount]);
  return outcome.status === 'done' ? null : outcome;
}

async function runFstrim({ commands, signal }: TrimOne, args: readonly string[]): Promise<Outcome> {
  const result = await commands.run({ file: 'fstrim', args, signal });
  return interpretFstrim({ result, cancelled: signal.aborted ? toReason(signal) : null });
}

function toReason(signal: AbortSignal): string {
  return typeof signal.reason === 'string' ? signal.reason : 'cancelled';
}
