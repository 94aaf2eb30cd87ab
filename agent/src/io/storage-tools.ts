import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { StorageTools } from '../ports/storage-tools.ts';
import { createAskProgram } from './ask-program.ts';

/** A disk that does not answer must not keep an inventory waiting; a host waits 4 s for it. */
const PATIENCE_MS = 2_000;

/** `--readonly`: LVM takes no lock, and reads only what the volume groups say of themselves (lvm(8)). */
const PVS = [
  ...['--readonly', '--noheadings', '--units', 'b', '--nosuffix'],
  ...['--separator', '|', '-o', 'pv_name,vg_name,pv_free'],
];

export function createStorageTools(edges: { commands: Commands; clock: Pick<Clock, 'after'> }): StorageTools {
  const ask = createAskProgram({ ...edges, patienceMs: PATIENCE_MS });
  return {
    physicalVolumes: () => textOf({ file: 'pvs', args: PVS }),
    snapshots: (mount) => textOf({ file: 'btrfs', args: ['subvolume', 'list', '-s', mount] }),
  };

  async function textOf(call: { file: string; args: readonly string[] }): Promise<string | null> {
    const answer = await ask(call);
    return answer.kind === 'answered' ? answer.text : answer.kind === 'missing' ? '' : null;
  }
}
