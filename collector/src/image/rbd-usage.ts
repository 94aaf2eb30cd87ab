import * as v from 'valibot';
import type { Commands } from '../ports/commands.ts';
import { runReport } from './run-report.ts';

export interface RbdUsage {
  readonly capacityBytes: number;
  /** Snapshots included: what the image takes of its pool. */
  readonly usedBytes: number;
}

export interface RbdUsages {
  readonly byName: ReadonlyMap<string, RbdUsage>;
  readonly unavailable: string | null;
}

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const duSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ images: v.array(v.object({ name: v.string(), provisioned_size: bytes, used_size: bytes })) }),
);

/**
 * All images of one Ceph pool in one process (rbd(8), du). Never throws: `unavailable` says why there is nothing.
 * Written by the manual page; no Ceph was at hand.
 */
export async function readRbdUsage({ commands, pool }: { commands: Commands; pool: string }): Promise<RbdUsages> {
  const report = await runReport({
    commands,
    file: 'rbd',
    args: ['du', '--format', 'json', `--pool=${pool}`],
  });
  if (report.kind === 'none') return { byName: new Map(), unavailable: report.why };
  const parsed = v.safeParse(duSchema, report.stdout);
  if (!parsed.success) return { byName: new Map(), unavailable: `rbd du answered ${parsed.issues[0].message}` };
  const byName = new Map<string, RbdUsage>();
  // A row for each snapshot, with what it holds beyond the one before, and one for the image itself, the last.
  for (const { name, provisioned_size: capacityBytes, used_size } of parsed.output.images)
    byName.set(name, { capacityBytes, usedBytes: (byName.get(name)?.usedBytes ?? 0) + used_size });
  return { byName, unavailable: null };
}
