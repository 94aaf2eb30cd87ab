/** How long after a change storage may still tell the old numbers, by what it is. */

/** dm-thin counts what was given back when it commits, once a second (COMMIT_PERIOD, drivers/md/dm-thin.c). */
export const THIN_LAG_MS = 1_000;

/** nfs(5): attributes are cached for acregmin, 3 s, at least. */
export const NFS_LAG_MS = 3_000;

/** zfs(4): zfs_txg_timeout. */
export const ZFS_LAG_MS = 5_000;

/** None is documented for `rbd du`: as long as the slowest of the others. */
export const RBD_LAG_MS = ZFS_LAG_MS;
