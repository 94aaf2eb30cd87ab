import { toPoolLevels } from '../conduct/alerts/deliver/pool-levels.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import type { Forecast } from '../model/forecast.ts';
import type { PoolLevel } from '../model/pool-level.ts';
import { readPools } from '../pool/pools.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** How the pools of this host stand now. */
export function createReadPoolLevels({
  survey,
  files,
  readForecasts,
}: {
  survey: Pick<Survey, 'readAll'>;
  files: HostFiles;
  readForecasts: () => Promise<readonly { readonly pool: string; readonly forecast: Forecast }[]>;
}): () => Promise<readonly PoolLevel[]> {
  return async () => {
    const { images } = await survey.readAll();
    const states = images.readings.flatMap(({ state }) => (state === null ? [] : [state]));
    const pools = await readPools({ files, images: states, thinPools: images.thinPools });
    return toPoolLevels({ pools, forecasts: await readForecasts() });
  };
}
