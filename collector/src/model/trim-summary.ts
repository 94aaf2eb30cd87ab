import type { Hop } from '@trimtab/protocol/causes';
import type { DiskResult, TrimResult, Verdict } from './trim-result.ts';

/** What became of one filesystem, without its words. */
export interface FilesystemSummary {
  readonly mount: string;
  readonly disks: readonly string[];
  readonly again: boolean;
  readonly outcome:
    | { readonly status: 'done'; readonly trimmedBytes: number | null }
    | { readonly status: 'unsupported' | 'failed' | 'cancelled' };
}

/** What one trim achieved on one disk, without the words, the evidence and the fix. */
export type DiskSummary = Pick<
  DiskResult,
  'device' | 'image' | 'hops' | 'slack' | 'writtenBytes' | 'verdict' | 'lostAt' | 'cause'
>;

/** What later conclusions rest on: a trim as far as it says something of the next one. A whole result is one as well. */
export interface PastTrim extends Pick<TrimResult, 'id' | 'startedAt' | 'bootId' | 'libvirtNoted'> {
  readonly filesystems: readonly FilesystemSummary[];
  readonly disks: readonly DiskSummary[];
}

type Told = 'id' | 'guest' | 'inside' | 'trigger' | 'requestId' | 'startedAt' | 'durationMs' | 'bootId' | 'curedBy';

/** A finished trim as a list tells it: the whole result is told one at a time. */
export interface TrimSummary extends Pick<TrimResult, Told | 'amendedAt' | 'libvirtNoted' | 'reported'> {
  /** What its filesystems say that they trimmed, together; null if none did, or one does not say how much. */
  readonly trimmedBytes: number | null;
  /** Of all disks; null as soon as one is not measurable: part of a sum is not the sum. */
  readonly reclaimedBytes: number | null;
  /** Each once, in the order of the disks. */
  readonly verdicts: readonly { readonly verdict: Verdict; readonly lostAt: Hop | null }[];
  /** Null where they are more than a list tells; the same of the disks. */
  readonly filesystems: readonly FilesystemSummary[] | null;
  readonly disks: readonly DiskSummary[] | null;
}

/** A part of the history, the newest first. */
export interface HistoryPage {
  readonly trims: readonly TrimSummary[];
  /** To be given as `before` for the next ones; null where there are none. */
  readonly older: number | null;
}

/** Of honest guests the largest (30 filesystems on 8 disks) takes 5 KB. */
export const PARTS_TOLD_BYTES = 16 * 1024;

export function summarise(result: TrimResult): TrimSummary {
  const { id, guest, inside, trigger, requestId, startedAt, durationMs, bootId, curedBy } = result;
  const { amendedAt, libvirtNoted, reported } = result;
  const [filesystems, disks] = [result.filesystems.map(toFilesystem), result.disks.map(toDisk)];
  const isTold = JSON.stringify({ filesystems, disks }).length <= PARTS_TOLD_BYTES;
  return {
    id,
    guest,
    inside,
    trigger,
    requestId,
    startedAt,
    durationMs,
    bootId,
    curedBy,
    amendedAt,
    libvirtNoted,
    reported,
    trimmedBytes: sumTrimmed(filesystems),
    reclaimedBytes: sumReclaimed(disks),
    verdicts: listVerdicts(disks),
    filesystems: isTold ? filesystems : null,
    disks: isTold ? disks : null,
  };
}

/** Null where not all of its parts were kept: from a part nothing is concluded. */
export function toPastTrim({ filesystems, disks, ...told }: TrimSummary): PastTrim | null {
  if (filesystems === null || disks === null) return null;
  const { id, startedAt, bootId, libvirtNoted } = told;
  return { id, startedAt, bootId, libvirtNoted, filesystems, disks };
}

function toFilesystem({ mount, disks, again, outcome }: TrimResult['filesystems'][number]): FilesystemSummary {
  const { status } = outcome;
  return {
    mount,
    disks,
    again,
    outcome: status === 'done' ? { status, trimmedBytes: outcome.trimmedBytes } : { status },
  };
}

function toDisk({ device, image, hops, slack, writtenBytes, verdict, lostAt, cause }: DiskResult): DiskSummary {
  return { device, image, hops, slack, writtenBytes, verdict, lostAt, cause };
}

function sumTrimmed(filesystems: readonly FilesystemSummary[]): number | null {
  const trimmed = filesystems.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.trimmedBytes] : []));
  const told = trimmed.filter((bytes) => bytes !== null);
  return told.length === 0 || told.length < trimmed.length ? null : told.reduce((sum, bytes) => sum + bytes, 0);
}

function sumReclaimed(disks: readonly DiskSummary[]): number | null {
  const reclaimed = disks.flatMap(({ hops }) => hops.reclaimedBytes ?? []);
  if (disks.length === 0 || reclaimed.length < disks.length) return null;
  return reclaimed.reduce((sum, bytes) => sum + bytes, 0);
}

function listVerdicts(disks: readonly DiskSummary[]): TrimSummary['verdicts'] {
  const byText = new Map(disks.map(({ verdict, lostAt }) => [`${verdict} ${lostAt}`, { verdict, lostAt }]));
  return [...byText.values()];
}
