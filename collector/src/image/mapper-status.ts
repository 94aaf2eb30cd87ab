/** What device-mapper counts of thin volumes and pools, by the names it has for them. */
export interface MapperStatus {
  /** Mapped bytes of each thin volume; one that has failed is left out. */
  readonly thin: ReadonlyMap<string, number>;
  readonly pools: ReadonlyMap<string, PoolCount>;
}

export interface PoolCount {
  readonly usedChunks: number;
  readonly totalChunks: number;
  readonly metadata: { readonly sizeBytes: number; readonly usedBytes: number };
}

const SECTOR_BYTES = 512;
/** THIN_METADATA_BLOCK_SIZE (drivers/md/dm-thin-metadata.h). */
const METADATA_BLOCK_BYTES = 4096;

/**
 * The output of `dmsetup status`, of all devices at one moment
 * (Documentation/admin-guide/device-mapper/thin-provisioning.rst): `NAME: 0 4194304 thin <mapped sectors> <highest>`,
 * `NAME: 0 2097152 thin-pool <transaction> <used>/<total metadata blocks> <used>/<total chunks> …`.
 */
export function parseMapperStatus(text: string): MapperStatus {
  const thin = new Map<string, number>();
  const pools = new Map<string, PoolCount>();
  for (const line of text.split('\n')) {
    const volume = /^(\S+): \d+ \d+ thin (\d+) /.exec(line);
    if (volume?.[1] !== undefined) thin.set(volume[1], Number(volume[2]) * SECTOR_BYTES);
    const pool = /^(\S+): \d+ \d+ thin-pool \d+ (\d+)\/(\d+) (\d+)\/(\d+) /.exec(line);
    if (pool?.[1] === undefined) continue;
    const [usedBlocks = 0, blocks = 0, usedChunks = 0, totalChunks = 0] = pool.slice(2).map(Number);
    const metadata = { sizeBytes: blocks * METADATA_BLOCK_BYTES, usedBytes: usedBlocks * METADATA_BLOCK_BYTES };
    pools.set(pool[1], { usedChunks, totalChunks, metadata });
  }
  return { thin, pools };
}
