/** What device-mapper counts of thin volumes and pools, by the names it has for them. */
export interface MapperStatus {
  /** Mapped bytes of each thin volume; one that has failed is left out. */
  readonly thin: ReadonlyMap<string, number>;
  readonly pools: ReadonlyMap<string, { readonly usedChunks: number; readonly totalChunks: number }>;
}

const SECTOR_BYTES = 512;

/**
 * The output of `dmsetup status`, of all devices at one moment
 * (Documentation/admin-guide/device-mapper/thin-provisioning.rst): `NAME: 0 4194304 thin <mapped sectors> <highest>`,
 * `NAME: 0 2097152 thin-pool <transaction> <used>/<total metadata blocks> <used>/<total chunks> …`.
 */
export function parseMapperStatus(text: string): MapperStatus {
  const thin = new Map<string, number>();
  const pools = new Map<string, { usedChunks: number; totalChunks: number }>();
  for (const line of text.split('\n')) {
    const volume = /^(\S+): \d+ \d+ thin (\d+) /.exec(line);
    if (volume?.[1] !== undefined) thin.set(volume[1], Number(volume[2]) * SECTOR_BYTES);
    const pool = /^(\S+): \d+ \d+ thin-pool \d+ \d+\/\d+ (\d+)\/(\d+) /.exec(line);
    if (pool?.[1] !== undefined) pools.set(pool[1], { usedChunks: Number(pool[2]), totalChunks: Number(pool[3]) });
  }
  return { thin, pools };
}
