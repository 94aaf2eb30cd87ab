import type { RequestId, Trigger, TrimId } from '@trimtab/protocol';
import type { Evidence, Fix, Hop } from '@trimtab/protocol/causes';
import type { AskedBy } from './asked-by.ts';
import type { Inside } from './guest-inside.ts';
import type { Slack } from './slack.ts';
import type { TrimmedFilesystem } from './trim-account.ts';

/** Bytes counted at each hop, named for who counts; null is "not measurable here". */
export interface Hops {
  readonly trimmedBytes: number | null;
  readonly issuedBytes: number | null;
  readonly receivedBytes: number | null;
  readonly passedBytes: number | null;
  /** Fall of the image's allocation; negative if it grew. */
  readonly reclaimedBytes: number | null;
  /** Rise of the pool's free space. */
  readonly regainedBytes: number | null;
}

export const VERDICTS = [
  'reclaimed',
  'nothing-to-reclaim',
  'lost',
  'held',
  'stale',
  'unmeasurable',
  'inconclusive',
  'failed',
  'cancelled',
] as const;
export type Verdict = (typeof VERDICTS)[number];

const INCONCLUSIVE: ReadonlySet<Verdict> = new Set(['cancelled', 'failed', 'inconclusive']);

/** A trim that was called off or failed, or that no samples enclose, says nothing of its disk. */
export function isConclusive(verdict: Verdict): boolean {
  return !INCONCLUSIVE.has(verdict);
}

/** What one trim achieved on one disk. */
export interface DiskResult {
  /** The guest's name for the disk. */
  readonly device: string;
  /** Path of the image on the host; null when no image was matched. */
  readonly image: string | null;
  /**
   * The key that decided the match: `same-kernel`, `serial`, `wwn`, `pci-path`, `behaviour`, `only-one-of-its-size`;
   * null when none did.
   */
  readonly matchedBy: string | null;
  readonly hops: Hops;
  /**
   * What the trim can have given back, where the guest wrote meanwhile: the allocation fell by `leastBytes`, and what
   * was written may have hidden the rest. Null where the fall is all there is to say, or was not measured.
   */
  readonly reclaimedBetween: { readonly leastBytes: number; readonly mostBytes: number } | null;
  /** What could have come back, estimated before the trim; null where it cannot be estimated. */
  readonly slack: Slack | null;
  /** Written to the disk by the guest while the trim ran. */
  readonly writtenBytes: number | null;
  readonly allocationBytes: { readonly before: number | null; readonly after: number | null };
  readonly verdict: Verdict;
  readonly lostAt: Hop | null;
  readonly cause: string | null;
  /** The verdict for people, one sentence. */
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  /** For people: commands on lines of their own, and what to do besides; null when there is nothing to mend. */
  readonly fix: string | null;
  /** `fix` in its parts. */
  readonly remedy: Fix | null;
  /** Does the fix need QEMU to be started anew? Null without a fix. */
  readonly needsPowerCycle: boolean | null;
  /** Where the cause is explained: `docs/causes.md#…`; null without a cause. */
  readonly page: string | null;
  /** Where the guest's word and the host's count cannot both be true; the host's count was believed. */
  readonly contradictions: readonly Evidence[];
  /** Which hops could not be measured this time, and why; hops that this device never counts are not listed. */
  readonly gaps: readonly Evidence[];
}

/**
 * So many finished trims of one guest are kept, nearly three years of a trim a day, and at most so many are told at
 * once.
 */
export const TRIMS_KEPT = 1_000;

/** Which finished trims, the newest first. */
export interface HistoryQuery {
  /** A guest's name, an id of it, or the UUID of its domain; null: all. */
  readonly guest: string | null;
  readonly limit: number;
  /** `older` of the page before this one; null: from the newest. */
  readonly before: number | null;
}

/**
 * A finished trim, as it is stored and as others read it (`trimtab trim --json`, the API). Fields are added, never
 * changed.
 */
export interface TrimResult {
  readonly id: TrimId;
  /** The guest's name on this host. */
  readonly guest: string;
  readonly trigger: Trigger;
  readonly requestId: RequestId | null;
  /** Who did; null where nobody asked for it, and where that is not known. */
  readonly askedBy: AskedBy | null;
  /** Who carried it out in the guest. */
  readonly inside: Inside;
  /** UTC, ISO 8601: by the guest's clock, as far as that can be by the host's. */
  readonly startedAt: string;
  /** UTC, ISO 8601: what the guest's clock said, where that cannot be; else null. */
  readonly toldStartedAt: string | null;
  /**
   * By the guest's clock, through qemu-ga by the host's; null while it has not told (`reported`), or told what cannot
   * be.
   */
  readonly durationMs: number | null;
  /**
   * The guest's boot id then: what its kernel remembers, and how its QEMU is set up, holds until the next boot at most.
   * With qemu-ga, which does not tell it, the run of the guest's QEMU (`qemu …`). Null if unknown.
   */
  readonly bootId: string | null;
  /**
   * The trim that discarded everything again, and whose results stand here for the disks that it cured; null where none
   * did.
   */
  readonly curedBy: TrimId | null;
  /**
   * UTC, ISO 8601: when what its pools regained was known after all, and stored with its cause; null where nothing was
   * added. It happens once at most, and changes nothing else.
   */
  readonly amendedAt: string | null;
  /**
   * Whether libvirt has noted on the domain that QEMU was asked for its counters ("tainted: custom monitor control
   * commands issued"): since this trim, or before it in the same boot of the guest; null where libvirt was not asked.
   */
  readonly libvirtNoted: 'now' | 'before' | null;
  /**
   * False: the guest was lost before it told how the trim went; the host's own counts stand here. A report that still
   * comes completes it.
   */
  readonly reported: boolean;
  readonly filesystems: readonly TrimmedFilesystem[];
  readonly disks: readonly DiskResult[];
}
