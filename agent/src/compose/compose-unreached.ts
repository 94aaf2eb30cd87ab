import type { Inventory } from '@trimtab/protocol';
import { createProcesses } from '../io/processes.ts';
import { createStorageTools } from '../io/storage-tools.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { DeviceMapper } from '../ports/device-mapper.ts';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { NO_STORAGE_TOOLS } from '../ports/storage-tools.ts';
import { findUnreached } from '../probe/unreached/find-unreached.ts';

/** Who finds what a trim does not reach. Loaded when somebody asks for it: an agent that only waits does without. */
export function composeUnreached({
  root,
  files,
  mapper,
  commands,
  clock,
}: {
  root: string;
  files: KernelFiles;
  mapper: DeviceMapper;
  commands: Commands;
  clock: Omit<Clock, 'now'>;
}): (inventory: Inventory) => Promise<Inventory['unreached']> {
  // Another root holds another guest, whose volumes this one's programs do not know.
  const tools = root === '/' ? createStorageTools({ commands, clock }) : NO_STORAGE_TOOLS;
  const processes = createProcesses({ root, clock });
  return async (inventory) => [...(await findUnreached({ files, mapper, tools, processes, inventory, clock }))];
}
