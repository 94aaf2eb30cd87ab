import type { DiskResult } from '../model/trim-result.ts';
import type { DiskSummary, PastTrim } from '../model/trim-summary.ts';

/** The newest stored trim of a disk. */
export interface LastTrim {
  readonly trim: Pick<PastTrim, 'id' | 'startedAt'>;
  readonly disk: DiskSummary;
  /** The guest has not been started anew since: what was so of it and its QEMU then may still be so. */
  readonly isOfThisBoot: boolean;
}

export interface LastTrims {
  /** Whatever came of it. */
  readonly newest: LastTrim | null;
  /** The newest that says something of the disk. */
  readonly telling: LastTrim | null;
  /** What that one said; null where its cause can be seen without a trim, so that nobody need read it. */
  readonly told: Pick<DiskResult, 'sentence' | 'evidence' | 'remedy'> | null;
}
