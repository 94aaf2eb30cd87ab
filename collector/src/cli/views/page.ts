import type { Paint } from '../paint.ts';

/** What a view is given besides its data. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
}
