/**
 * The fields of a qcow2 header (docs/interop/qcow2.txt) that tests set; what is not given is as `qemu-img create` makes
 * it.
 */
export interface Qcow2Fields {
  readonly version?: number;
  readonly clusterBits?: number;
  readonly size?: bigint;
  readonly l1Entries?: number;
  readonly l1Offset?: bigint;
  readonly snapshots?: number;
  readonly snapshotsOffset?: bigint;
  readonly features?: bigint;
  readonly headerLength?: number;
  readonly backing?: {
    readonly name: string;
    readonly format?: string;
    readonly offset?: bigint;
    readonly length?: number;
  };
  /** Of the file, zeroes behind the header. */
  readonly length?: number;
}

/** An image of 1 GiB with clusters of 64 KiB, and no more of it than its header and tables. */
export function makeQcow2(fields: Qcow2Fields = {}): Uint8Array {
  const bytes = new Uint8Array(fields.length ?? 256 * 1024);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x514649fb);
  view.setUint32(4, fields.version ?? 3);
  view.setUint32(20, fields.clusterBits ?? 16);
  view.setBigUint64(24, fields.size ?? 2n ** 30n);
  view.setUint32(36, fields.l1Entries ?? 2);
  view.setBigUint64(40, fields.l1Offset ?? 0x30000n);
  view.setUint32(60, fields.snapshots ?? 0);
  view.setBigUint64(64, fields.snapshotsOffset ?? 0n);
  view.setBigUint64(72, fields.features ?? 0n);
  view.setUint32(96, 4);
  view.setUint32(100, fields.headerLength ?? 112);
  if (fields.backing !== undefined) writeBacking(bytes, view, fields.backing);
  return bytes;
}

const NAME_AT = 528;

function writeBacking(bytes: Uint8Array, view: DataView, backing: NonNullable<Qcow2Fields['backing']>): void {
  const { name, format, offset, length } = backing;
  const encoded = new TextEncoder().encode(name);
  if (format !== undefined) {
    view.setUint32(112, 0xe2792aca);
    view.setUint32(116, format.length);
    bytes.set(new TextEncoder().encode(format), 120);
  }
  bytes.set(encoded, NAME_AT);
  view.setBigUint64(8, offset ?? BigInt(NAME_AT));
  view.setUint32(16, length ?? encoded.length);
}
