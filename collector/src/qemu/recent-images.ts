import type { Domain, HostDisk } from '../model/domain.ts';
import type { OpenedImage } from '../model/opened-image.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { findOpenedImages, type LastKnown } from './open-images.ts';

/** Longer than one survey takes between the two times that it asks. */
const RECENT_MS = 2_000;

type Seen = Pick<Domain, 'pid' | 'disks'>;

/** Which file each disk of a running QEMU is (see open-images.ts), asked for twice in a survey and found out once. */
export interface RecentImages {
  /** As of now. */
  read(domain: Seen): Promise<ReadonlyMap<HostDisk, OpenedImage>>;
  /** As of `read` of the same process a moment ago, where that told of all of these disks. */
  recall(domain: Seen): Promise<ReadonlyMap<HostDisk, OpenedImage>>;
}

interface Recent {
  readonly untilMs: number;
  /** By `toKey`; null of a disk of which nothing can be told. */
  readonly byDisk: ReadonlyMap<string, OpenedImage | null>;
}

export function createRecentImages({
  files,
  clock,
}: {
  files: HostFiles;
  clock: Pick<Clock, 'monotonicMs'>;
}): RecentImages {
  /** By the id of the process. */
  const known = new Map<number, Recent>();
  /** The disks of a process are the same objects at each reading of it. */
  const lastKnown: LastKnown = new WeakMap();
  let forgetAtMs = Number.NEGATIVE_INFINITY;

  /** Only now and then: there may be thousands. */
  function forgetOld(nowMs: number): void {
    if (nowMs < forgetAtMs) return;
    forgetAtMs = nowMs + RECENT_MS;
    for (const [pid, { untilMs }] of known) if (nowMs > untilMs) known.delete(pid);
  }

  async function read({ pid, disks }: Seen): Promise<ReadonlyMap<HostDisk, OpenedImage>> {
    const found = await findOpenedImages({ files, domain: { pid, disks }, lastKnown });
    const nowMs = clock.monotonicMs();
    forgetOld(nowMs);
    const byDisk = new Map(disks.map((disk) => [toKey(disk), found.get(disk) ?? null]));
    if (pid !== null) known.set(pid, { untilMs: nowMs + RECENT_MS, byDisk });
    return found;
  }

  return {
    read,
    async recall(domain) {
      const recent = domain.pid === null ? undefined : known.get(domain.pid);
      const isFresh = recent !== undefined && clock.monotonicMs() <= recent.untilMs;
      if (!isFresh || !domain.disks.every((disk) => recent.byDisk.has(toKey(disk)))) return read(domain);
      const found = domain.disks.map((disk) => [disk, recent.byDisk.get(toKey(disk)) ?? null] as const);
      return new Map(found.flatMap(([disk, image]) => (image === null ? [] : [[disk, image] as const])));
    },
  };
}

/** What the answer depends on. */
function toKey({ image, storage, readOnly }: HostDisk): string {
  return `${storage} ${readOnly} ${image}`;
}
