import * as v from 'valibot';
import type { Commands } from '../ports/commands.ts';
import { runReport } from './run-report.ts';

/** ImageInfo and SnapshotInfo of qapi/block-core.json, as far as they are read here. */
const infoSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ snapshots: v.optional(v.array(v.object({ name: v.string() })), []) }),
);

/**
 * The names of the internal snapshots of a qcow2 image whose data is all in its own file. `-U` because the guest's QEMU
 * holds the lock, `-f` so that nothing is guessed, and no `--backing-chain`, so that nothing below is opened. Empty
 * where qemu-img cannot tell.
 */
export async function readSnapshotNames({
  commands,
  path,
}: {
  commands: Commands;
  path: string;
}): Promise<readonly string[]> {
  const args = ['info', '-U', '-f', 'qcow2', '--output=json', path];
  const report = await runReport({ commands, file: 'qemu-img', args });
  if (report.kind === 'none') return [];
  const info = v.safeParse(infoSchema, report.stdout);
  return info.success ? info.output.snapshots.map(({ name }) => name) : [];
}
