import type { GuestIdentity } from '@trimtab/protocol';

/** Boots of one guest that are remembered, and guests; more are a guest that makes up identities. */
export const BOOTS_REMEMBERED = 4;
export const GUESTS_REMEMBERED = 10_000;

/** Two that take turns come back after 60 s at most (4409); after this long without, one of them is gone. */
const CONTEST_MS = 5 * 60_000;

interface Boot {
  readonly bootId: string;
  readonly hostname: string;
}

interface History {
  /** The newest last. */
  readonly boots: readonly Boot[];
  /** When a boot came back after another had taken its place, by a clock that never goes back. */
  readonly contestedAtMs: number | null;
}

/**
 * Tells a guest that restarted from two guests under one identity. A boot id is drawn anew at each boot, so one that
 * comes back after another has taken its place means that both run: a copy of the disk and the configuration, or
 * somebody who pretends. (A guest that was put back to an older snapshot looks the same, for a while.)
 */
export function createCloneWatch() {
  /** By what a guest says of itself: two that say the same are the ones to be told apart. */
  const histories = new Map<string, History>();

  return {
    /** An agent says hello as this guest. */
    greeted(identity: GuestIdentity, nowMs: number): void {
      const { bootId, hostname } = identity;
      if (bootId === null) return;
      const id = toSaidId(identity);
      const { boots, contestedAtMs } = histories.get(id) ?? { boots: [], contestedAtMs: null };
      if (boots.at(-1)?.bootId === bootId) return;
      const isBack = boots.some((boot) => boot.bootId === bootId);
      const others = boots.filter((boot) => boot.bootId !== bootId);
      histories.delete(id);
      histories.set(id, {
        boots: [...others, { bootId, hostname }].slice(-BOOTS_REMEMBERED),
        contestedAtMs: isBack ? nowMs : contestedAtMs,
      });
      const [oldest] = histories.keys();
      if (histories.size > GUESTS_REMEMBERED && oldest !== undefined) histories.delete(oldest);
    },
    /** Why no one can say which guest speaks under this identity; null while one alone does. */
    contested(identity: GuestIdentity, nowMs: number): string | null {
      const id = toSaidId(identity);
      const { boots, contestedAtMs } = histories.get(id) ?? { boots: [], contestedAtMs: null };
      if (contestedAtMs === null || nowMs - contestedAtMs > CONTEST_MS) return null;
      const names = [...new Set(boots.slice(-2).map(({ hostname }) => hostname))].join(' and ');
      return `two running guests say that they are ${id} (${names}): one is a copy of the other`;
    },
  };
}

function toSaidId({ productUuid, machineId, hostname }: GuestIdentity): string {
  return productUuid ?? machineId ?? hostname;
}
