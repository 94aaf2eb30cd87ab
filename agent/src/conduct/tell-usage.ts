import {
  type Filesystem,
  type FromGuest,
  type GuestIdentity,
  type Inventory,
  MOST_USAGES,
  speaks,
  type UsageOfFilesystem,
} from '@trimtab/protocol';
import { sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { KernelFiles } from '../ports/kernel-files.ts';

export const USAGE_EVERY_MS = 15 * 60_000;
/** A filesystem that has not answered by then is left out; one that hangs is not asked again while it does. */
export const ANSWER_MS = 5_000;

export interface UsageTeller {
  /** With the version of the messages that was agreed on. */
  linkUp(version: number): void;
  /** At each ping of the host, every 15 s: a timer of its own would wake the agent once more. It waits for no disk. */
  pinged(): void;
  /** Now, of one that does not stay for the pings. Resolves when it is told. */
  tellNow(): Promise<void>;
}

/**
 * Tells the host every 15 minutes what the filesystems hold that it was told of last: a statfs(2) each, and nothing else
 * is read. Each guest has a moment of its own in those 15 minutes, whenever it connects, so that a thousand guests that
 * were started together do not tell together.
 */
export function createUsageTeller({
  files,
  guest,
  told,
  say,
  clock,
}: {
  files: Pick<KernelFiles, 'space'>;
  guest: GuestIdentity;
  /** The inventory that the host was told last on this connection; null before. */
  told: () => Inventory | null;
  say: (message: FromGuest) => void;
  clock: Clock;
}): UsageTeller {
  const momentMs = toMoment(guest);
  const countSteps = () => Math.floor((clock.monotonicMs() - momentMs) / USAGE_EVERY_MS);
  const asked = new Set<string>();
  let isSpoken = false;
  let lastStep = countSteps();

  async function measure({ mount }: Filesystem): Promise<UsageOfFilesystem[]> {
    if (asked.has(mount)) return [];
    asked.add(mount);
    const asking = files.space(mount).finally(() => asked.delete(mount));
    const space = await Promise.race([asking, sleep(clock, ANSWER_MS).then(() => null)]);
    return space === null ? [] : [{ mount, usedBytes: space.usedBytes, totalBytes: space.sizeBytes }];
  }

  async function tell(filesystems: readonly Filesystem[]): Promise<void> {
    const usages = (await Promise.all(filesystems.map(measure))).flat();
    // Another connection may speak another version, and know nothing of these filesystems yet.
    if (usages.length > 0 && isSpoken && told() !== null) say({ type: 'usage', filesystems: usages });
  }

  return {
    linkUp(version) {
      isSpoken = speaks(version, 'usage');
    },
    pinged() {
      const inventory = told();
      const step = countSteps();
      if (!isSpoken || inventory === null || step === lastStep) return;
      lastStep = step;
      void tell(listMeasured(inventory));
    },
    async tellNow() {
      const inventory = told();
      if (isSpoken && inventory !== null) await tell(listMeasured(inventory));
    },
  };
}

/**
 * Not those of a network: statfs(2) of one whose server is gone never returns. Nor those that never change, as the
 * squashfs of each snap, or that no trim helps. The largest, where there are too many.
 */
function listMeasured({ filesystems }: Inventory): readonly Filesystem[] {
  const onDisks = filesystems.filter(({ devices, obstacle }) => devices.length > 0 && obstacle?.code !== 'no-fitrim');
  if (onDisks.length <= MOST_USAGES) return onDisks;
  return onDisks.toSorted((one, other) => (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0)).slice(0, MOST_USAGES);
}

/** FNV-1a (draft-eastlake-fnv, 32 bits), of who the guest is. */
function toMoment({ productUuid, machineId, hostname }: GuestIdentity): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(productUuid ?? machineId ?? hostname))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % USAGE_EVERY_MS;
}
