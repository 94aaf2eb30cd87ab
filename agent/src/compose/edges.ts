import { createClock } from '../io/clock.ts';
import { createCommands } from '../io/commands.ts';
import { createFolder } from '../io/folder.ts';
import { createKernelFiles } from '../io/kernel-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { Folder } from '../ports/folder.ts';
import type { KernelFiles } from '../ports/kernel-files.ts';
import type { ReadLimits } from '../ports/limits.ts';
import { readLayerCounters } from '../probe/counters.ts';
import { readLayerLimits } from '../probe/discard-limits.ts';
import type { AgentSettings } from '../settings.ts';

/** The edges of the agent that more than one of its parts works with. */
export interface Edges {
  readonly clock: Clock;
  readonly files: KernelFiles;
  /** The state directory. */
  readonly folder: Folder;
  readonly outboxFolder: Folder;
  readonly commands: Commands;
  readonly readCounters: ReadCounters;
  readonly readLimits: ReadLimits;
}

export function createEdges({
  settings: { root, stateDirectory },
  environment,
}: {
  settings: AgentSettings;
  environment: Readonly<Record<string, string | undefined>>;
}): Edges {
  const files = createKernelFiles(root);
  return {
    clock: createClock(),
    files,
    folder: createFolder(stateDirectory),
    outboxFolder: createFolder(`${stateDirectory}/outbox`),
    commands: createCommands({ environment }),
    readCounters: (names) => readLayerCounters({ files, names }),
    readLimits: (names) => readLayerLimits({ files, names }),
  };
}
