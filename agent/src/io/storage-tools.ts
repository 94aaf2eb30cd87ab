import type { Commands } from '../ports/commands.ts';
import type { StorageTools } from '../ports/storage-tools.ts';

/** A disk that does not answer must not keep an inventory waiting. */
const PATIENCE_MS = 5_000;

/** `--readonly`: LVM takes no lock, and reads only what the volume groups say of themselves (lvm(8)). */
const PVS = [
  ...['--readonly', '--noheadings', '--units', 'b', '--nosuffix'],
  ...['--separator', '|', '-o', 'pv_name,vg_name,pv_free'],
];

export function createStorageTools({ commands }: { commands: Commands }): StorageTools {
  return {
    physicalVolumes: () => ask({ file: 'pvs', args: PVS }),
    snapshots: (mount) => ask({ file: 'btrfs', args: ['subvolume', 'list', '-s', mount] }),
  };

  async function ask(call: { file: string; args: readonly string[] }): Promise<string | null> {
    try {
      const result = await commands.run({ ...call, signal: AbortSignal.timeout(PATIENCE_MS) });
      return result.kind === 'ended' && result.exitCode === 0 ? result.stdout : null;
    } catch {
      return null;
    }
  }
}
