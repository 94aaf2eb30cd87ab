import type { Filesystem } from '@trimtab/protocol';
import { type DiscardHabits, type Fix, habitsOf, type Steps } from '@trimtab/protocol/causes';
import { isSignificant, isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/** A filesystem of a trim that may have kept back what it could have sent. */
export interface Withholding {
  readonly filesystem: Filesystem;
  readonly habits: DiscardHabits | null;
  /** What FITRIM returned on it. */
  readonly trimmedBytes: number;
  /** What it calls free above that; null where it does not say what is free. */
  readonly keptBytes: number | null;
}

/** The filesystems of this trim that were trimmed, tell how much, and are not full. */
export function listTrimmed({ trim, filesystems }: DiskEvidence): readonly Withholding[] {
  return filesystems.flatMap((filesystem) => {
    const { mount, kind, sizeBytes, usedBytes } = filesystem;
    const outcome = trim?.filesystems.find((result) => result.mount === mount)?.outcome;
    if (outcome?.status !== 'done' || outcome.trimmedBytes === null) return [];
    const freeBytes = sizeBytes === null || usedBytes === null ? null : sizeBytes - usedBytes;
    if (freeBytes !== null && !isSignificant(freeBytes)) return [];
    const { trimmedBytes } = outcome;
    return [
      {
        filesystem,
        habits: habitsOf(kind),
        trimmedBytes,
        keptBytes: freeBytes === null ? null : Math.max(0, freeBytes - trimmedBytes),
      },
    ];
  });
}

/** May the image hold what a filesystem gave up before, by what it takes now or by what became of the trim before? */
export function isStillHeld({ trim, past }: DiskEvidence): boolean {
  return trim !== null && (trim.holdsMore === true || (trim.holdsMore === null && past.lostBefore));
}

/** Every node passes discards, and what stores the image has refused none. */
export function isProvenGood({ disk, passedEverBytes, failedEver, image, past }: DiskEvidence): boolean {
  if (disk === null || image === null || image.unmeasured !== null || isSome(failedEver)) return false;
  if (disk.nodes.length > 0 && findIgnoringNode(disk.nodes) === null) return true;
  return past.passedBefore || (image.format === 'raw' && isSome(passedEverBytes));
}

/** Has them send all again, each as its kind wants it. */
export function fixMemory(filesystems: readonly Filesystem[]): Fix {
  return toFix(filesystems.flatMap((filesystem) => habitsOf(filesystem.kind)?.memory?.forget(filesystem) ?? []));
}

/** In the guest, one after the other. */
export function toFix(parts: readonly Steps[]): Fix {
  const first = [...new Set(parts.flatMap((part) => part.first ?? []))];
  const notes = [...new Set(parts.flatMap((part) => part.note ?? []))];
  return {
    on: 'guest',
    ...(first.length === 0 ? {} : { first: first.join(' ') }),
    commands: parts.flatMap(({ commands }) => commands),
    note: notes.length === 0 ? null : notes.join(' '),
    needsPowerCycle: false,
  };
}
