import { YEAR_MS } from '../../../collector/src/conduct/foresee/foresee-pools.ts';
import { BRIEF_MS, FRESH_MS } from '../../../collector/src/conduct/foresee/foresight.ts';
import { GROWERS_TOLD, GROWTH_DAYS } from '../../../collector/src/forecast/find-growers.ts';
import { MOST_DAYS } from '../../../collector/src/forecast/if-all-filled.ts';
import { FORECAST_DAYS_KEPT } from '../../../collector/src/ports/store/forecasts.ts';
import { constant, type LimitSection } from './limit.ts';

export const FORECASTS: LimitSection = {
  title: 'What is foreseen',
  said: 'When pools are full.',
  limits: [
    constant({
      what: 'how far back the levels of pools, images and filesystems are read',
      file: 'collector/src/conduct/foresee/foresee-pools.ts',
      constants: { YEAR_MS },
      atIt: 'older levels are not read',
    }),
    constant({
      what: 'how old forecasts of pools may be that are told; while a pool was never sampled',
      file: 'collector/src/conduct/foresee/foresight.ts',
      constants: { FRESH_MS, BRIEF_MS },
      atIt: 'they are made anew, as on each new day and with each new pool',
    }),
    constant({
      what: 'of a pool: images that are told by how they grew, and days that are looked at for it',
      file: 'collector/src/forecast/find-growers.ts',
      constants: { GROWERS_TOLD, GROWTH_DAYS },
      atIt: 'the other images are told as one; what grew before is not counted',
    }),
    constant({
      what: 'days ahead on which the worst case may lie',
      file: 'collector/src/forecast/if-all-filled.ts',
      constants: { MOST_DAYS },
      atIt: 'it is told as never',
    }),
    constant({
      what: 'days of which the forecasts are kept',
      file: 'collector/src/ports/store/forecasts.ts',
      constants: { FORECAST_DAYS_KEPT },
      atIt: 'those that were stored first go, whatever the clock says',
    }),
  ],
};
