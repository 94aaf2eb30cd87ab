import type { FilesystemResult, TrimId, TrimReport } from '@trimtab/protocol';
import type { TrimPlan } from './plan.ts';
import type { TrimWish } from './trim-state.ts';

/** Of a trim that was called off before it started: nothing was discarded, and nothing counted. */
export function toCancelledReport({
  trimId,
  wish,
  plan,
  reason,
  utcMs,
}: {
  trimId: TrimId;
  wish: TrimWish;
  plan: TrimPlan;
  reason: string;
  utcMs: number;
}): TrimReport {
  const filesystems = plan.filesystems.map(
    ({ mount, kind, disks, again }): FilesystemResult => ({
      mount,
      kind,
      disks: [...disks],
      durationMs: 0,
      outcome: { status: 'cancelled', message: reason },
      again: again !== null,
    }),
  );
  return {
    id: trimId,
    trigger: wish.trigger,
    requestId: wish.requestId,
    granted: false,
    startedAt: utcMs,
    durationMs: 0,
    filesystems,
    layers: [],
    limitsAfter: [],
  };
}
