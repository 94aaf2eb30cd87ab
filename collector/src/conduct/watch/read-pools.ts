import { findHoldings } from '../../pool/held-images.ts';
import { readMountedAt } from '../../pool/mounted-at.ts';
import { findPoolDevices } from '../../pool/pool-devices.ts';
import { readPools } from '../../pool/pools.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { SurveyedDeps } from './surveyed.ts';

/** All that is read of the pools at a survey. */
export function createReadPools({ files }: { files: HostFiles }): SurveyedDeps['readPools'] {
  return async ({ images, thinPools }) => {
    const holdings = await findHoldings({ files, images });
    const pools = await readPools({ files, holdings, thinPools });
    const keys = pools.map(({ key }) => key);
    const devices = await findPoolDevices({ files, keys, thinPools });
    return { pools, holdings, devices, mounted: await readMountedAt({ files, places: keys }) };
  };
}
