import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { StorageTools } from '../ports/storage-tools.ts';
import { createAskProgram } from './ask-program.ts';

/** `--readonly`: LVM takes no lock, and reads only what the volume groups say of themselves (lvm(8)). */
const PVS = [
  ...['--readonly', '--noheadings', '--units', 'b', '--nosuffix'],
  ...['--separator', '|', '-o', 'pv_name,vg_name,pv_free'],
];

/** A disk that does not answer must not keep whoever asks waiting for longer than `patienceMs`. */
export function createStorageTools(edges: {
  commands: Commands;
  clock: Pick<Clock, 'after'>;
  patienceMs: number;
}): StorageTools {
  const ask = createAskProgram(edges);
  return {
    physicalVolumes: () => textOf({ file: 'pvs', args: PVS }),
    snapshots: (mount) => textOf({ file: 'btrfs', args: ['subvolume', 'list', '-s', mount] }),
  };

  async function textOf(call: { file: string; args: readonly string[] }): Promise<string | null> {
    const answer = await ask(call);
    return answer.kind === 'answered' ? answer.text : answer.kind === 'missing' ? '' : null;
  }
}
