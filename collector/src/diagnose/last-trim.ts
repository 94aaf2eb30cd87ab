import type { DiskResult, TrimResult } from '../model/trim-result.ts';

/** The newest stored trim of a disk. */
export interface LastTrim {
  readonly trim: Pick<TrimResult, 'id' | 'startedAt'>;
  readonly disk: DiskResult;
  /** The guest has not been started anew since: what was so of it and its QEMU then may still be so. */
  readonly isOfThisBoot: boolean;
}

export interface LastTrims {
  /** Whatever came of it. */
  readonly newest: LastTrim | null;
  /** The newest that says something of the disk. */
  readonly telling: LastTrim | null;
}
