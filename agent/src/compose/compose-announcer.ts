import type { FromGuest } from '@trimtab/protocol';
import { type Announcer, createAnnouncer } from '../conduct/announce-inventory.ts';
import { createDeviceMapper } from '../io/device-mapper.ts';
import { createGuestFacts } from '../io/guest-facts.ts';
import { createStorageMark } from '../io/storage-mark.ts';
import type { Log } from '../ports/log.ts';
import type { AgentSettings } from '../settings.ts';
import type { Edges } from './edges.ts';

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
  return createAnnouncer({
    async takeInventory({ now, facts }) {
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
