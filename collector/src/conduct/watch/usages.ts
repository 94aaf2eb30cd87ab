import type { Inventory, Usage, UsageOfFilesystem } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import { type Sample, toFilesystemSubject } from '../../model/series.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SampleWriter } from './sample-writer.ts';

/** An agent tells every 15 minutes. Of what comes sooner after what was taken nothing is stored. */
export const LEAST_BETWEEN_MS = 10 * 60_000;
/** Series that one guest has: one that mounts others all day may not fill the database. */
export const MOST_FILESYSTEMS = 64;
/** The place of a filesystem that was told of no more is another’s after so long. */
export const PLACE_KEPT_MS = 24 * 60 * 60_000;

export interface Usages {
  /** Of what a guest says its filesystems hold, that which can be, as samples. */
  told(guest: Pick<ConnectedGuest, 'id' | 'isKnown' | 'inventory'>, usage: Pick<Usage, 'filesystems'>): void;
}

interface Kept {
  takenMs: number;
  /** When each mount was told of last. */
  readonly places: Map<string, number>;
}

/**
 * A guest’s word on itself, stored as its own: only of filesystems that it announced, never more than there is, and when
 * it was heard, by this host’s clock. What strangers say, of whom no source of this host tells, is not stored.
 */
export function createUsages({ clock, writer }: { clock: Clock; writer: Pick<SampleWriter, 'add'> }): Usages {
  const known = new Map<GuestId, Kept>();

  function hasPlace({ places }: Kept, mount: string): boolean {
    const nowMs = clock.monotonicMs();
    if (!places.has(mount) && places.size >= MOST_FILESYSTEMS)
      for (const [other, toldMs] of places) if (nowMs - toldMs > PLACE_KEPT_MS) places.delete(other);
    if (!places.has(mount) && places.size >= MOST_FILESYSTEMS) return false;
    places.set(mount, nowMs);
    return true;
  }

  return {
    told({ id, isKnown, inventory }, { filesystems }) {
      if (!isKnown || inventory === null) return;
      const nowMs = clock.monotonicMs();
      const kept = known.get(id) ?? { takenMs: Number.NEGATIVE_INFINITY, places: new Map() };
      if (nowMs - kept.takenMs < LEAST_BETWEEN_MS) return;
      kept.takenMs = nowMs;
      known.set(id, kept);
      const taken = pickAnnounced(filesystems, inventory).filter(({ mount }) => hasPlace(kept, mount));
      const at = clock.now();
      writer.add(
        taken.map(({ mount, usedBytes: levelBytes, totalBytes: limitBytes }): Sample => {
          const subject = toFilesystemSubject({ guestId: id, mount });
          return { series: { kind: 'filesystem', subject, device: '' }, at, levelBytes, limitBytes };
        }),
      );
    },
  };
}

/** Each mount once, the first time that it is told of. */
function pickAnnounced(told: readonly UsageOfFilesystem[], { filesystems }: Inventory): readonly UsageOfFilesystem[] {
  const announced = new Set(filesystems.flatMap(({ mount, devices }) => (devices.length > 0 ? [mount] : [])));
  return told.filter(({ mount, usedBytes, totalBytes }) => {
    const isPossible = usedBytes <= totalBytes && totalBytes > 0;
    return isPossible && announced.delete(mount);
  });
}
