import type { Commands } from '../ports/commands.ts';
import type { DeviceMapper } from '../ports/device-mapper.ts';

/** A device-mapper that does not answer must not keep an inventory waiting. */
const PATIENCE_MS = 5_000;

export function createDeviceMapper({ commands }: { commands: Commands }): DeviceMapper {
  return {
    /**
     * `--noflush`: without it the kernel commits the pool's metadata before it answers (thin-provisioning.rst,
     * "status").
     */
    thinPools: () => ask(['status', '--noflush', '--target', 'thin-pool']),
    /**
     * Without `--showkeys` dmsetup itself prints zeros in place of keys. Names are not unmangled: /sys does not either.
     */
    tables: () => ask(['table', '--manglename', 'none']),
  };

  async function ask(args: readonly string[]): Promise<string | null> {
    try {
      const result = await commands.run({ file: 'dmsetup', args, signal: AbortSignal.timeout(PATIENCE_MS) });
      return result.kind === 'ended' && result.exitCode === 0 ? result.stdout : null;
    } catch {
      return null;
    }
  }
}
