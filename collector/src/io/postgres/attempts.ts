import { Fault } from '@trimtab/protocol/shared';
import { toFault } from './faults.ts';

/**
 * What could not be done is not tried again for so long: meanwhile everybody is told so at once, and nobody waits behind
 * others that wait.
 */
export const AWAY_MS = 1_000;

export interface Attempts {
  /** Tries something with the server. Throws a Fault `store-…`. */
  try<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function createAttempts({
  subject,
  isForAll,
}: {
  readonly subject: string;
  /** Would everybody else have failed as well? */
  readonly isForAll: (fault: Fault) => boolean;
}): Attempts {
  let failed: { readonly fault: Fault; readonly until: number } | null = null;
  return {
    async try(work) {
      if (failed !== null && performance.now() < failed.until) throw failed.fault;
      try {
        const value = await work();
        failed = null;
        return value;
      } catch (error) {
        const fault = toFault({ subject, error });
        if (fault instanceof Fault && isForAll(fault)) failed = { fault, until: performance.now() + AWAY_MS };
        throw fault;
      }
    },
  };
}

export const isAway = ({ detail }: Fault): boolean => detail.code === 'store-away';
