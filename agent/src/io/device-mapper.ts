import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { DeviceMapper } from '../ports/device-mapper.ts';
import { createAskProgram } from './ask-program.ts';

/** A device-mapper that does not answer must not keep an inventory waiting; a host waits 4 s for it. */
export const PATIENCE_MS = 1_000;

export function createDeviceMapper(edges: { commands: Commands; clock: Pick<Clock, 'after'> }): DeviceMapper {
  const askProgram = createAskProgram({ ...edges, patienceMs: PATIENCE_MS });
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
    const answer = await askProgram({ file: 'dmsetup', args });
    return answer.kind === 'answered' ? answer.text : null;
  }
}
