import type { Paint } from '../paint.ts';

/** What a view is given besides its data. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
  /** Of whoever reads it (IANA): instants are told as the clock on the wall shows them. */
  readonly timeZone: string;
}
