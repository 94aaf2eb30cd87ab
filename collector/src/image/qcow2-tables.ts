import type { ImageState } from '../model/image.ts';
import type { Qcow2Tables } from '../model/qcow2-tables.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { isQcow2, QCOW2_FIRST_BYTES } from './qcow2-header.ts';
import { createTableWalk, type TableWalk, WalkStopped } from './qcow2-walk.ts';

/** docs/interop/qcow2.txt: the places of the header that are read here, and no others. */
const AT = { clusterBits: 20, l1Entries: 36, l1: 40, refcounts: 48, refcountClusters: 56, snapshots: 60 } as const;
const V3_AT = { incompatible: 72, refcountOrder: 96 } as const;
/** After a crash, or with lazy refcounts while QEMU runs, the refcounts are behind; a corrupt image counts nothing. */
const DIRTY_OR_CORRUPT = 3n;
const EXTENDED_L2 = 16n;
const OFFSET_BITS = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED_BIT = 62n;

/** What the tables of a qcow2 file count; null for any other image. */
export type ReadTables = (
  image: Pick<ImageState, 'kind' | 'format' | 'at' | 'dataFile'>,
) => Promise<Qcow2Tables | null>;

export function createReadTables(deps: {
  files: Pick<HostFiles, 'readAt'>;
  clock: Pick<Clock, 'monotonicMs'>;
}): ReadTables {
  // Of data in another file the refcounts know nothing.
  return async ({ kind, format, at, dataFile }) =>
    kind === 'file' && format === 'qcow2' && dataFile === undefined ? readQcow2Tables({ ...deps, path: at }) : null;
}

/**
 * Counts the clusters that a qcow2 image refers to, by its refcounts, and where it has internal snapshots those that
 * the guest's own tables refer to. QEMU writes both at the guest's next flush at the latest, so that a moment's writes
 * may be missing. The walk is bounded in bytes and time and says where it stopped; the image is the guest's, and
 * nothing in it is believed beyond its bounds.
 */
async function readQcow2Tables({
  files,
  clock,
  path,
}: {
  files: Pick<HostFiles, 'readAt'>;
  clock: Pick<Clock, 'monotonicMs'>;
  path: string;
}): Promise<Qcow2Tables> {
  const walk = createTableWalk({ files, clock, path });
  try {
    const header = await walk.read({ offset: 0, length: QCOW2_FIRST_BYTES });
    if (!isQcow2(new Uint8Array(header.buffer, header.byteOffset, header.byteLength)))
      return notCounted('it is no qcow2 image');
    const isV3 = header.getUint32(4) >= 3;
    const features = isV3 ? header.getBigUint64(V3_AT.incompatible) : 0n;
    if ((features & DIRTY_OR_CORRUPT) !== 0n)
      return notCounted('its header says that its refcounts are behind (lazy refcounts, or a crash)');
    const clusterBits = header.getUint32(AT.clusterBits);
    const refcountOrder = isV3 ? header.getUint32(V3_AT.refcountOrder) : 4;
    if (clusterBits < 9 || clusterBits > 21 || refcountOrder > 6) return notCounted('its header cannot be true');
    const clusterBytes = 2 ** clusterBits;
    const countedBytes = await countRefcounts({ walk, header, clusterBytes, refcountBits: 2 ** refcountOrder });
    const entryBytes = (features & EXTENDED_L2) === 0n ? 8 : 16;
    const mappedBytes =
      header.getUint32(AT.snapshots) === 0 ? null : await countMapped({ walk, header, clusterBytes, entryBytes });
    return { kind: 'counted', countedBytes, mappedBytes };
  } catch (error) {
    if (error instanceof WalkStopped) return notCounted(error.message);
    throw error;
  }
}

function notCounted(why: string): Qcow2Tables {
  return { kind: 'not-counted', why };
}

async function countRefcounts({
  walk,
  header,
  clusterBytes,
  refcountBits,
}: {
  walk: TableWalk;
  header: DataView;
  clusterBytes: number;
  refcountBits: number;
}): Promise<number> {
  const table = await walk.read({
    offset: Number(header.getBigUint64(AT.refcounts) & OFFSET_BITS),
    length: header.getUint32(AT.refcountClusters) * clusterBytes,
  });
  let clusters = 0;
  for (let at = 0; at < table.byteLength; at += 8) {
    const offset = Number(table.getBigUint64(at) & OFFSET_BITS);
    if (offset === 0) continue;
    clusters += countSet({ block: await walk.read({ offset, length: clusterBytes }), bits: refcountBits });
  }
  return clusters * clusterBytes;
}

/** How many entries of so many bits are not 0. */
function countSet({ block, bits }: { block: DataView; bits: number }): number {
  let set = 0;
  if (bits >= 8) {
    const bytes = bits / 8;
    for (let at = 0; at + bytes <= block.byteLength; at += bytes) {
      let isSet = false;
      for (let byte = at; byte < at + bytes && !isSet; byte += 1) isSet = block.getUint8(byte) !== 0;
      if (isSet) set += 1;
    }
    return set;
  }
  const mask = 2 ** bits - 1;
  for (let at = 0; at < block.byteLength; at += 1) {
    for (let rest = block.getUint8(at); rest !== 0; rest >>>= bits) if ((rest & mask) !== 0) set += 1;
  }
  return set;
}

/** Null where the walk stops: what was counted before stays counted. */
async function countMapped({
  walk,
  header,
  clusterBytes,
  entryBytes,
}: {
  walk: TableWalk;
  header: DataView;
  clusterBytes: number;
  entryBytes: 8 | 16;
}): Promise<number | null> {
  try {
    const length = header.getUint32(AT.l1Entries) * 8;
    const l1 = await walk.read({ offset: Number(header.getBigUint64(AT.l1) & OFFSET_BITS), length });
    let clusters = 0;
    for (let at = 0; at < l1.byteLength; at += 8) {
      const offset = Number(l1.getBigUint64(at) & OFFSET_BITS);
      if (offset === 0) continue;
      const l2 = await walk.read({ offset, length: clusterBytes });
      for (let entry = 0; entry < l2.byteLength; entry += entryBytes) {
        const value = l2.getBigUint64(entry);
        // A compressed cluster takes less than a whole one; how much less is not asked.
        if ((value & OFFSET_BITS) !== 0n || ((value >> COMPRESSED_BIT) & 1n) !== 0n) clusters += 1;
      }
    }
    return clusters * clusterBytes;
  } catch (error) {
    if (error instanceof WalkStopped) return null;
    throw error;
  }
}
