import { toUnsafeImage } from './image-faults.ts';

/** What a qcow2 header says (docs/interop/qcow2.txt), checked against itself and the length of its file. */
export interface Qcow2Header {
  readonly capacityBytes: number;
  readonly clusterBytes: number;
  readonly compat: '0.10' | '1.1';
  readonly internalSnapshots: number;
  readonly extendedL2: boolean;
  /** The guest's data is in another file. */
  readonly hasExternalData: boolean;
  /**
   * The name that the header has for that file; QEMU looks for a relative one where it was started. Null where it has
   * none.
   */
  readonly externalData: string | null;
  readonly backing: Backing | null;
}

export interface Backing {
  /** As it stands in the header. */
  readonly name: string;
  /** `raw`, `qcow2` …; null when the header does not say. */
  readonly format: string | null;
}

/** Enough for every header, but for one that names its backing file further behind (see `qcow2HeaderBytes`). */
export const QCOW2_FIRST_BYTES = 4096;
const MAGIC = 0x514649fb;
const V2_BYTES = 72;
const V3_LEAST_BYTES = 104;
const EXTERNAL_DATA = 4n;
const EXTENDED_L2 = 16n;
const KNOWN_FEATURES = 31n;
const BACKING_FORMAT_EXTENSION = 0xe2792aca;
const DATA_NAME_EXTENSION = 0x44415441;
/** Limits that QEMU holds images to (block/qcow2.h, block/qcow2.c). */
export const MOST_L1_BYTES = 32 * 1024 * 1024;
export const MOST_SNAPSHOTS = 65_536;
const LEAST_SNAPSHOT_BYTES = 40;
export const MOST_NAME_BYTES = 1023;

export function isQcow2(header: Uint8Array): boolean {
  return header.byteLength >= V2_BYTES && viewOf(header).getUint32(0) === MAGIC;
}

/** Does a v3 header have the bit of the external data file? For images whose format nobody has said. */
export function namesExternalData(header: Uint8Array): boolean {
  const view = viewOf(header);
  return view.byteLength >= V3_LEAST_BYTES && view.getUint32(4) >= 3 && (view.getBigUint64(72) & EXTERNAL_DATA) !== 0n;
}

/** How many bytes of the file the header takes, with the name of the backing file: at most a cluster of 2 MiB. */
export function qcow2HeaderBytes(first: Uint8Array): number {
  const view = viewOf(first);
  const end = Number(view.getBigUint64(8)) + view.getUint32(16);
  return Math.min(Math.max(QCOW2_FIRST_BYTES, end), 2 ** Math.min(21, view.getUint32(20)));
}

/** Throws a Fault `unsafe-image` for a header that cannot be true. `lengthBytes` of its container; null if unknown. */
export function parseQcow2Header({
  path,
  header,
  lengthBytes,
}: {
  path: string;
  header: Uint8Array;
  lengthBytes: number | null;
}): Qcow2Header {
  const refuse = (lie: string) => toUnsafeImage({ path, cause: `its qcow2 header cannot be true: ${lie}` });
  if (!isQcow2(header)) throw refuse('the magic number is not there');
  const view = viewOf(header);
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) throw refuse(`version ${version}`);
  const clusterBits = view.getUint32(20);
  if (clusterBits < 9 || clusterBits > 21) throw refuse(`clusters of 2^${clusterBits} bytes`);
  const clusterBytes = 2 ** clusterBits;
  if (version === 3 && view.byteLength < V3_LEAST_BYTES) throw refuse('it ends too early');
  const headerBytes = version === 2 ? V2_BYTES : view.getUint32(100);
  if (headerBytes < (version === 2 ? V2_BYTES : V3_LEAST_BYTES) || headerBytes > clusterBytes || headerBytes % 8 !== 0)
    throw refuse(`a header of ${headerBytes} bytes`);
  const features = version === 2 ? 0n : view.getBigUint64(72);
  if ((features & ~KNOWN_FEATURES) !== 0n) throw refuse(`features that nobody knows, 0x${features.toString(16)}`);
  const extendedL2 = (features & EXTENDED_L2) !== 0n;

  const capacity = view.getBigUint64(24);
  if (capacity > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse(`a size of ${capacity} bytes`);
  const capacityBytes = Number(capacity);
  const l1Entries = view.getUint32(36);
  const bytesAnL1Entry = clusterBytes * (clusterBytes / (extendedL2 ? 16 : 8));
  if (l1Entries * 8 > MOST_L1_BYTES || l1Entries < Math.ceil(capacityBytes / bytesAnL1Entry))
    throw refuse(`${l1Entries} entries in the L1 table for a size of ${capacityBytes} bytes`);
  const fits = (offset: bigint, bytes: number) =>
    offset % BigInt(clusterBytes) === 0n && (lengthBytes === null || offset + BigInt(bytes) <= BigInt(lengthBytes));
  if (!fits(view.getBigUint64(40), l1Entries * 8)) throw refuse('its L1 table lies outside of the image');
  const internalSnapshots = view.getUint32(60);
  if (internalSnapshots > MOST_SNAPSHOTS) throw refuse(`${internalSnapshots} snapshots`);
  if (internalSnapshots > 0 && !fits(view.getBigUint64(64), internalSnapshots * LEAST_SNAPSHOT_BYTES))
    throw refuse(`${internalSnapshots} snapshots, which lie outside of the image`);

  const place = readNamePlace(view);
  if (place !== null && (place.length > MOST_NAME_BYTES || place.offset < headerBytes || place.end > clusterBytes))
    throw refuse(`a backing file’s name of ${place.length} bytes at ${place.offset}`);
  if (place !== null && place.end > view.byteLength) throw refuse('it ends within the name of the backing file');
  const format = readExtension({
    view,
    from: headerBytes,
    end: place?.offset ?? clusterBytes,
    wanted: BACKING_FORMAT_EXTENSION,
  });
  const dataName = readExtension({
    view,
    from: headerBytes,
    end: place?.offset ?? clusterBytes,
    wanted: DATA_NAME_EXTENSION,
  });
  if (format === 'too-long' || dataName === 'too-long')
    throw refuse('an extension that is longer than the room for it');
  const name = place === null ? null : decode(header.subarray(place.offset, place.end));
  return {
    capacityBytes,
    clusterBytes,
    compat: version === 2 ? '0.10' : '1.1',
    internalSnapshots,
    extendedL2,
    hasExternalData: (features & EXTERNAL_DATA) !== 0n,
    externalData: dataName?.text ?? null,
    backing: name === null ? null : { name, format: format?.text ?? null },
  };
}

function readNamePlace(view: DataView): { offset: number; length: number; end: number } | null {
  const offset = Number(view.getBigUint64(8));
  const length = view.getUint32(16);
  return offset === 0 || length === 0 ? null : { offset, length, end: offset + length };
}

/**
 * Header extensions: type, length, data padded to 8; type 0 ends them. Null when it is not there, or not among the
 * bytes read.
 */
function readExtension({
  view,
  from,
  end,
  wanted,
}: {
  view: DataView;
  from: number;
  end: number;
  wanted: number;
}): { text: string } | 'too-long' | null {
  for (let at = from; at + 8 <= Math.min(end, view.byteLength); ) {
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    if (type === 0) return null;
    if (at + 8 + length > end) return 'too-long';
    if (at + 8 + length > view.byteLength) return null;
    if (type === wanted) return { text: decode(new Uint8Array(view.buffer, view.byteOffset + at + 8, length)) };
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
