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
 * The internal snapshots of a qcow2 image that nothing but itself holds data of. `-U` because the guest's QEMU holds the lock, `-f`
 * so that nothing is guessed, and no `--backing-chain`, so that nothing below is opened. Empty where qemu-img cannot tell.
 */
export async function readSnapshotNames(asked: { commands: Commands; path: string }): Promise<readonly string[]> {
  const { commands, path } = asked;
  const args = ['info', '-U', '-f', 'qcow2', '--output=json', path];
  const { stdout } = await runReport({ commands, file: 'qemu-img', args });
  const info = v.safeParse(infoSchema, stdout);
  return info.success ? info.output.snapshots.map(({ name }) => name) : [];
}
