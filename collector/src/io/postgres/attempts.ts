import { Fault } from '@trimtab/protocol/shared';
import { toFault } from './faults.ts';

/**
 * A server that could not be reached is not tried again for so long: meanwhile everybody is told so at once, and nobody
 * waits behind others that wait.
 */
export const AWAY_MS = 1_000;

export interface Attempts {
  /** Tries something with the server. Throws a Fault `store-…`. */
  try<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function createAttempts(subject: string): Attempts {
  let away: { readonly fault: Fault; readonly until: number } | null = null;
  return {
    async try(work) {
      if (away !== null && performance.now() < away.until) throw away.fault;
      try {
        const value = await work();
        away = null;
        return value;
      } catch (error) {
        const fault = toFault({ subject, error });
        if (fault instanceof Fault && isAway(fault)) away = { fault, until: performance.now() + AWAY_MS };
        throw fault;
      }
    },
  };
}

export const isAway = ({ detail }: Fault): boolean => detail.code === 'store-away';
