import type { Commands } from '../ports/commands.ts';
import type { ReadThinPools } from '../ports/thin-pools.ts';

/** A device-mapper that does not answer must not keep an inventory waiting. */
const PATIENCE_MS = 5_000;

/** `--noflush`: without it the kernel commits the pool's metadata before it answers (thin-provisioning.rst, "status"). */
export function createThinPools({ commands }: { commands: Commands }): ReadThinPools {
  return async () => {
    try {
      const args = ['status', '--noflush', '--target', 'thin-pool'];
      const result = await commands.run({ file: 'dmsetup', args, signal: AbortSignal.timeout(PATIENCE_MS) });
      return result.found && result.exitCode === 0 ? result.stdout : null;
    } catch {
      return null;
    }
  };
}
