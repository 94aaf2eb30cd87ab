import { Fault, toReason } from '@trimtab/protocol/shared';
import { createQuietLog } from '../../link/quiet-log.ts';
import type { Sample } from '../../model/series.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';

/** So long samples are kept in memory while they cannot be stored, and so many. */
export const KEPT_MS = 60 * 60_000;
export const MOST_KEPT = 200_000;
/** What the store is given in one piece, once it takes samples again. */
export const STORED_AT_ONCE = 10_000;

export interface SampleWriter {
  /** Nobody waits for the store: what cannot be stored is kept, and tried again with the next ones. */
  add(samples: readonly Sample[]): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

interface Batch {
  readonly addedMs: number;
  readonly samples: readonly Sample[];
}

/**
 * One warning when the store takes no samples, however long it does not, and one line when it takes them again; this
 * also where it was so slow that some were lost.
 */
export function createSampleWriter({
  clock,
  log,
  store,
}: {
  clock: Pick<Clock, 'monotonicMs'>;
  log: Pick<Log, 'info' | 'warn'>;
  store: Pick<SamplesStore, 'addSamples'>;
}): SampleWriter {
  /** The oldest first. */
  let kept: Batch[] = [];
  let underWay: Promise<void> = Promise.resolve();
  let isStoring = false;
  let isFailing = false;
  let lost = 0;
  const warn = createQuietLog({ clock, log });

  const count = () => kept.reduce((sum, { samples }) => sum + samples.length, 0);

  function dropOld(): void {
    const untilMs = clock.monotonicMs() - KEPT_MS;
    for (let [oldest] = kept; oldest !== undefined; [oldest] = kept) {
      if (oldest.addedMs >= untilMs && count() <= MOST_KEPT) return;
      lost += oldest.samples.length;
      kept = kept.slice(1);
    }
  }

  /** Several of one moment, or of several moments: as many batches as fit in one piece, and one at the least. */
  function takePiece(): readonly Batch[] {
    let size = 0;
    return kept.filter(({ samples }, index) => {
      size += samples.length;
      return index === 0 || size <= STORED_AT_ONCE;
    });
  }

  /** False: the store takes nothing now. What it refuses is told apart from what came with it, and dropped. */
  async function storePiece(piece: readonly Batch[]): Promise<boolean> {
    try {
      await store.addSamples(piece.flatMap(({ samples }) => samples));
    } catch (error) {
      if (!isOfSamples(error)) {
        if (!isFailing) log.warn({ reason: toReason(error), keptForMs: KEPT_MS }, NOT_STORED);
        isFailing = true;
        return false;
      }
      if (piece.length > 1) {
        for (const batch of piece) if (!(await storePiece([batch]))) return false;
        return true;
      }
      const dropped = piece.reduce((sum, { samples }) => sum + samples.length, 0);
      warn('refused', { fields: { reason: toReason(error), dropped }, message: REFUSED });
    }
    // What was dropped while it was being stored is not lost after all.
    for (const batch of piece) if (!kept.includes(batch)) lost -= batch.samples.length;
    kept = kept.filter((batch) => !piece.includes(batch));
    return true;
  }

  async function storeAll(): Promise<void> {
    let isTaken = true;
    while (isTaken && kept.length > 0) isTaken = await storePiece(takePiece());
    isStoring = false;
    if (!isTaken) return;
    if (isFailing || lost > 0) log.info({ lost }, 'samples are stored again');
    isFailing = false;
    lost = 0;
  }

  return {
    add(samples) {
      if (samples.length > 0) kept.push({ addedMs: clock.monotonicMs(), samples });
      dropOld();
      if (isStoring) return;
      isStoring = true;
      underWay = storeAll();
    },
    stop: () => underWay,
  };
}

const NOT_STORED = 'samples of pools and images cannot be stored; they are kept in memory meanwhile';
const REFUSED = 'samples that the database does not take are dropped';

/** Of every other fault of a store the samples are no cause: what it does not take now it takes later. */
function isOfSamples(error: unknown): boolean {
  return error instanceof Fault && error.detail.code === 'store-error';
}
