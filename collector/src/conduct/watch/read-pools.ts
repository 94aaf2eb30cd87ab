import { findHoldings } from '../../pool/held-images.ts';
import { findPoolDevices } from '../../pool/pool-devices.ts';
import { readPools } from '../../pool/pools.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { LookDeps } from './look.ts';

/** All that is read of the pools at a look. */
export function createReadPools({ files }: { files: HostFiles }): LookDeps['readPools'] {
  return async ({ images, thinPools }) => {
    const holdings = await findHoldings({ files, images });
    const pools = await readPools({ files, holdings, thinPools });
    const devices = await findPoolDevices({ files, keys: pools.map(({ key }) => key), thinPools });
    return { pools, holdings, devices };
  };
}
