import type { Domain } from '../model/domain.ts';
import { swapUuid } from './match-domain.ts';

/** Of each domain that a guest of this product UUID may be, in either byte order: does it run on this host? */
export type RunsHere = (productUuid: string) => readonly (boolean | null)[];

export function createRunsHere(domains: readonly Domain[]): RunsHere {
  const byUuid = Map.groupBy(domains, ({ guestUuid, uuid }) => guestUuid ?? uuid);
  return (productUuid) => {
    const forms = new Set([productUuid, swapUuid(productUuid)]);
    return [...forms].flatMap((uuid) => byUuid.get(uuid) ?? []).map(({ isRunning }) => isRunning);
  };
}
