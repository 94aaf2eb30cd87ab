import type { Cause, Found } from '../cause.ts';
import type { Refusal } from './refusals.ts';

/** Why a layer refuses discards by itself. */
export interface RefusalCause extends Cause {
  /** Pure; null where it is not this one. */
  explain(refusal: Refusal): Found | null;
}
