import type { Inventory, Problem, Progress, TrimId, TrimReport } from '@trimtab/protocol';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { ReadLimits } from '../ports/limits.ts';
import { planTrim } from '../trim/plan.ts';
import { runTrim } from '../trim/trim-job.ts';

export type TrimNow =
  | { readonly kind: 'trimmed'; readonly report: TrimReport }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** One trim from the command line: no collector, so no grant, no journal and no outbox. */
export async function trimNow({
  inventory,
  mounts,
  commands,
  readCounters,
  readLimits,
  clock,
  newTrimId,
  signal,
  onProgress,
}: {
  inventory: Inventory;
  /** Empty: all that can be trimmed. */
  mounts: readonly string[];
  commands: Commands;
  readCounters: ReadCounters;
  readLimits: ReadLimits;
  clock: Clock;
  newTrimId: () => TrimId;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}): Promise<TrimNow> {
  const planned = planTrim({ inventory, mounts: mounts.length === 0 ? null : mounts });
  if (planned.kind === 'refused') return planned;
  const report = await runTrim({
    trim: { id: newTrimId(), trigger: 'requested', requestId: null, granted: false },
    plan: planned.plan,
    commands,
    readCounters,
    readLimits,
    clock,
    signal,
    onStarted: async () => {},
    onFilesystem: async () => {},
    onProgress,
    // Whoever waits at the terminal sees that nothing comes.
    onSync: () => () => {},
  });
  return { kind: 'trimmed', report };
}
