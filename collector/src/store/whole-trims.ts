import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TrimAccount } from '../model/trim-account.ts';
import type { TrimResult } from '../model/trim-result.ts';

/**
 * All that is kept of one trim. What the report tells the result does not repeat: together they are stored once.
 * Compressed JSON takes a third of the msgpack that it came in, and at this level 0.02 ms of an ordinary guest.
 */
export interface WholeTrim {
  /** As the guest sent it: kept so that a better judge can judge again. Null while none has come. */
  readonly report: TrimAccount | null;
  readonly result: TrimResult;
}

/**
 * Of texts of a few kilobytes a larger window and hash find no more, and take 256 KB for each (zlib's `deflateInit2`).
 * What they become mostly fits into 2 KB, which Node has at hand; 16 KB, which it would take, it asks for each time.
 */
const SMALL = { level: 1, windowBits: 13, memLevel: 6, chunkSize: 2048 } as const;

export function packTrim({ report, result }: WholeTrim): Uint8Array {
  const isRepeated = report !== null && isSame(report.filesystems, result.filesystems);
  const { filesystems, ...others } = result;
  const kept = { report, result: isRepeated ? others : result };
  return deflateRawSync(JSON.stringify(kept), SMALL);
}

/** Mostly the result has those of the report itself. */
function isSame(one: object, other: object): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A result that an older collector stored lacks what has been added since. */
export function unpackResult(packed: Uint8Array): TrimResult {
  const { report, result } = unpack(packed);
  const filesystems = result.filesystems ?? report?.filesystems ?? [];
  return {
    ...result,
    askedBy: result.askedBy ?? null,
    inside: result.inside ?? 'trimtab-agent',
    toldStartedAt: result.toldStartedAt ?? null,
    curedBy: result.curedBy ?? null,
    amendedAt: result.amendedAt ?? null,
    reported: result.reported ?? true,
    bootId: result.bootId ?? null,
    libvirtNoted: result.libvirtNoted ?? null,
    filesystems: filesystems.map((filesystem) => ({ ...filesystem, again: filesystem.again ?? false })),
    disks: result.disks.map((disk) => ({ ...ADDED_TO_DISKS, ...disk })),
  };
}

/** The same with another result of the same report. */
export function repackTrim(packed: Uint8Array, result: TrimResult): Uint8Array {
  return packTrim({ report: unpack(packed).report, result });
}

function unpack(packed: Uint8Array): WholeTrim {
  return JSON.parse(inflateRawSync(packed).toString()) as WholeTrim;
}

const ADDED_TO_DISKS = {
  reclaimedBetween: null,
  slack: null,
  needsPowerCycle: null,
  remedy: null,
  page: null,
  contradictions: [],
} as const;
