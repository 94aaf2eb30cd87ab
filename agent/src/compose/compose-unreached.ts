import type { Inventory } from '@trimtab/protocol';
import { createProcesses } from '../io/processes.ts';
import { createStorageTools } from '../io/storage-tools.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { DeviceMapper } from '../ports/device-mapper.ts';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { NO_STORAGE_TOOLS } from '../ports/storage-tools.ts';
import { findUnreached } from '../probe/unreached/find-unreached.ts';

/**
 * How long the whole may take. A host that looks waits 4 s, for the inventory and for this. A trim takes minutes in any
 * case, and what is not found before it is missing in its verdict. A person has patience.
 */
export const MOST_MS = { host: 3_000, trim: 12_000, person: 60_000 };

/** Who finds what a trim does not reach. Loaded when somebody asks for it: an agent that only waits does without. */
export function composeUnreached({
  root,
  files,
  mapper,
  commands,
  clock,
  askedBy,
}: {
  root: string;
  files: KernelFiles;
  mapper: DeviceMapper;
  commands: Commands;
  clock: Omit<Clock, 'now'>;
  askedBy: keyof typeof MOST_MS;
}): (inventory: Inventory) => Promise<Inventory['unreached']> {
  // Another root holds another guest, whose volumes this one's programs do not know.
  const mostMs = MOST_MS[askedBy];
  const tools = root === '/' ? createStorageTools({ commands, clock, patienceMs: (2 / 3) * mostMs }) : NO_STORAGE_TOOLS;
  const processes = createProcesses({ root, clock, mostMs: mostMs / 3 });
  return async (inventory) => [...(await findUnreached({ files, mapper, tools, processes, inventory, clock, mostMs }))];
}
