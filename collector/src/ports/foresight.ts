import type { Forecast } from '../model/forecast.ts';

/** When pools fill. */
export interface Foresight {
  /** The last one of each pool that has one. */
  poolForecasts(): Promise<readonly { readonly pool: string; readonly forecast: Forecast }[]>;
}
