import * as v from 'valibot';
import type { HostDisk } from '../../model/domain.ts';
import type { QmpCommand } from '../../ports/qmp.ts';
import { findDevice } from '../find-device.ts';

/** How often a device has read since its QEMU started, and how much. */
export interface ReadCount {
  /** The device's id or the path of its object: the same as long as the device is there. */
  readonly qdev: string;
  readonly drive: string;
  readonly topNode: string | null;
  readonly operations: number;
  readonly bytes: number;
}

export const READ_COUNTS: readonly QmpCommand[] = [{ execute: 'query-blockstats' }];

const count = v.pipe(v.number(), v.minValue(0));
const statsSchema = v.array(
  v.object({
    device: v.optional(v.string(), ''),
    qdev: v.optional(v.string()),
    'node-name': v.optional(v.string()),
    stats: v.object({ rd_operations: count, rd_bytes: count }),
  }),
);

/** The reads of every device that QEMU has. Throws a ValiError for anything but an answer to READ_COUNTS. */
export function parseReadCounts([answer]: readonly unknown[]): readonly ReadCount[] {
  return v.parse(statsSchema, answer).flatMap(({ qdev, device, stats, 'node-name': topNode }) => {
    if (qdev === undefined) return [];
    const { rd_operations: operations, rd_bytes: bytes } = stats;
    return [{ qdev, drive: device, topNode: topNode ?? null, operations, bytes }];
  });
}

/** The `qdev` of a disk; null when QEMU does not list it. */
export function findQdev(counts: readonly ReadCount[], disk: HostDisk): string | null {
  const namesOf = ({ qdev, drive, topNode }: ReadCount) => ({ qdev, drive, topNode: topNode ?? undefined });
  return findDevice({ devices: counts, namesOf, disk })?.qdev ?? null;
}
