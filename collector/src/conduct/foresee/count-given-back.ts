import { toReason } from '@trimtab/protocol/shared';
import type { Sample } from '../../model/series.ts';
import { type DiskResult, isConclusive, type TrimResult } from '../../model/trim-result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { ClosedTrim } from '../../ports/store/trims.ts';

export interface GivenBackDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly store: Pick<SamplesStore, 'addSamples' | 'series'>;
  /** The keys of the pools of images, as far as they are known. */
  readPools(): Promise<ReadonlyMap<string, string | null>>;
}

/** An image seldom moves to another pool, and to find out the whole host is read. */
const FRESH_MS = 60 * 60_000;
/** What is found out of a trim later is found out soon. */
const RECENT_TRIMS = 1_000;
/** A clock that is further back was set. */
const MOMENT_MS = 1_000;

export interface GivenBack {
  /** A trim was stored. */
  note(closed: Pick<ClosedTrim, 'guestId' | 'report' | 'result'>): void;
  /** More was found out of one, which may change what it gave back. */
  amend(trim: Pick<ClosedTrim, 'guestId' | 'result'>): void;
  /** Resolves when all is counted that was told of before. */
  stop(): Promise<void>;
}

/**
 * Counts for each pool what trims gave back, for forecasts that tell this from shrinking. It is no part of the trim:
 * what cannot be counted is told in the log, and of a trim that was stored just before a crash nothing is counted.
 */
export function createGivenBack({ clock, log, store, readPools }: GivenBackDeps): GivenBack {
  let sums: Map<string, number> | null = null;
  let pools: ReadonlyMap<string, string | null> = new Map();
  let readMs = clock.monotonicMs();
  let lastAt = 0;
  let underWay = Promise.resolve();
  /** Of the trims of late, what was counted of each image. */
  const counted = new Map<string, ReadonlyMap<string, number>>();

  async function findPool(image: string): Promise<string | null> {
    if (!pools.has(image) || clock.monotonicMs() - readMs > FRESH_MS) {
      pools = await readPools();
      readMs = clock.monotonicMs();
    }
    return pools.get(image) ?? null;
  }

  async function count(key: string, { disks }: TrimResult): Promise<void> {
    const now = new Map<string, number>();
    for (const disk of disks) if (disk.image !== null) now.set(disk.image, (now.get(disk.image) ?? 0) + gaveBack(disk));
    const before = counted.get(key);
    const changes = new Map<string, number>();
    for (const [image, bytes] of now) {
      const more = bytes - (before?.get(image) ?? 0);
      const pool = more === 0 ? null : await findPool(image);
      if (pool !== null) changes.set(pool, (changes.get(pool) ?? 0) + more);
    }
    if (changes.size > 0) await add(changes);
    counted.set(key, now);
    const [oldest] = counted.keys();
    if (counted.size > RECENT_TRIMS && oldest !== undefined) counted.delete(oldest);
  }

  async function add(changes: ReadonlyMap<string, number>): Promise<void> {
    sums ??= new Map(
      (await store.series('pool-given-back')).map(({ series, levelBytes }) => [series.subject, levelBytes]),
    );
    const next = new Map(sums);
    const now = clock.now();
    // Of one instant a series has one sample.
    const at = lastAt >= now && lastAt - now < MOMENT_MS ? lastAt + 1 : now;
    lastAt = at;
    const samples = [...changes].flatMap(([pool, bytes]): readonly Sample[] => {
      const before = next.get(pool);
      const levelBytes = Math.max(0, (before ?? 0) + bytes);
      next.set(pool, levelBytes);
      // That it began at nothing is what tells how much the first day gave back.
      const begin = before === undefined ? [toSample({ pool, at: at - 1, levelBytes: 0 })] : [];
      return [...begin, toSample({ pool, at, levelBytes })];
    });
    await store.addSamples(samples);
    sums = next;
  }

  function queue({ guestId, result }: Pick<ClosedTrim, 'guestId' | 'result'>, isMeant: (key: string) => boolean): void {
    const key = `${guestId} ${result.id}`;
    underWay = underWay
      .then(() => (isMeant(key) ? count(key, result) : undefined))
      .catch((error) => log.warn({ reason: toReason(error) }, 'what a trim gave back could not be counted'));
  }

  return {
    note(closed) {
      // A trim without a report is told of again once the report comes.
      if (closed.report !== null) queue(closed, () => true);
    },
    amend: (trim) => queue(trim, (key) => counted.has(key)),
    stop: () => underWay,
  };
}

/**
 * What the pool got of it, where that is known: an image that shares its extents with a copy falls, and its pool gets
 * nothing. What it got may be from others as well.
 */
function gaveBack({ verdict, hops: { reclaimedBytes, regainedBytes } }: DiskResult): number {
  if (!isConclusive(verdict) || reclaimedBytes === null) return 0;
  const got = regainedBytes ?? (verdict === 'held' ? 0 : reclaimedBytes);
  return Math.max(0, Math.min(reclaimedBytes, got));
}

function toSample({ pool, at, levelBytes }: { pool: string; at: number; levelBytes: number }): Sample {
  return { series: { kind: 'pool-given-back', subject: pool, device: '' }, at, levelBytes, limitBytes: null };
}
