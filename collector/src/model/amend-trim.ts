import type { TrimKey } from './trim-key.ts';
import type { DiskResult, TrimResult } from './trim-result.ts';

/** What is known of a stored trim since its pools have committed. */
export interface Amendment extends TrimKey {
  /** UTC, ISO 8601. */
  readonly amendedAt: string;
  /** Judged again, with what the pools regained. */
  readonly disks: readonly DiskResult[];
}

/**
 * The result with what its pools regained, where that was not known, and with the verdict and cause that follow from
 * it. Everything else stays as it was first told. Null where nothing is added, or has been added before.
 */
export function amendTrim(
  stored: TrimResult,
  { amendedAt, disks }: Pick<Amendment, 'amendedAt' | 'disks'>,
): TrimResult | null {
  if (stored.amendedAt !== null) return null;
  let isAdded = false;
  const amended = stored.disks.map((disk) => {
    const again = disks.find(({ device }) => device === disk.device);
    const regainedBytes = again?.hops.regainedBytes ?? null;
    if (again === undefined || disk.hops.regainedBytes !== null || regainedBytes === null) return disk;
    isAdded = true;
    return {
      ...disk,
      hops: { ...disk.hops, regainedBytes },
      verdict: again.verdict,
      lostAt: again.lostAt,
      cause: again.cause,
      sentence: again.sentence,
      evidence: again.evidence,
      fix: again.fix,
      remedy: again.remedy,
      needsPowerCycle: again.needsPowerCycle,
      page: again.page,
      gaps: again.gaps,
    };
  });
  return isAdded ? { ...stored, amendedAt, disks: amended } : null;
}
