import type { ForesightDesk } from '../../ports/desk/foresight.ts';
import type { Foreseer } from '../foresee/foresight.ts';

export function createForesightDesk({ foreseer }: { readonly foreseer: Pick<Foreseer, 'forecasts'> }): ForesightDesk {
  return { forecasts: (query) => foreseer.forecasts(query) };
}
