import type { FromGuest } from '@trimtab/protocol';
import { type Announcer, createAnnouncer } from '../conduct/announce-inventory.ts';
import { createDeviceMapper } from '../io/device-mapper.ts';
import { createGuestFacts } from '../io/guest-facts.ts';
import { releaseMemory } from '../io/release-memory.ts';
import { createStorageMark } from '../io/storage-mark.ts';
import type { Log } from '../ports/log.ts';
import type { AgentSettings } from '../settings.ts';
import type { Edges } from './edges.ts';

/** After an inventory: it and the facts have gone out, and all that is left is to wait. */
const SETTLED_MS = 5_000;

/** Who keeps the collector's picture of this guest true, with what it reads the guest by. */
export function composeAnnouncer({
  call: { settings, execPath, scriptPath, log },
  edges: { clock, files, folder, commands },
  bootId,
  say,
}: {
  call: {
    readonly settings: AgentSettings;
    readonly execPath: string;
    readonly scriptPath: string;
    readonly log: Log;
  };
  edges: Edges;
  bootId: string | null;
  say: (message: FromGuest) => void;
}): Announcer {
  const mapper = createDeviceMapper({ commands, clock });
  let isSettling = false;
  function settle(): void {
    if (isSettling) return;
    isSettling = true;
    clock.after(SETTLED_MS, () => {
      isSettling = false;
      void releaseMemory();
    });
  }
  return createAnnouncer({
    async takeInventory({ now, facts }) {
      settle();
      // Loaded with the first inventory, which comes after the welcome: connecting does not wait for it.
      const { takeInventory } = await import('../probe/probe.ts');
      return takeInventory({ files, mapper, now, facts, hasFstrim: await commands.has('fstrim') });
    },
    async findUnreached({ inventory, askedBy }) {
      const { composeUnreached } = await import('./compose-unreached.ts');
      return composeUnreached({ root: settings.root, files, mapper, commands, clock, askedBy })(inventory);
    },
    readMark: createStorageMark({ root: settings.root }),
    readFacts: createGuestFacts({ folder, execPath, scriptPath }),
    bootId,
    say,
    clock,
    log,
  });
}
