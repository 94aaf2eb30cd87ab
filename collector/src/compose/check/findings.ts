import { Fault, toCause } from '@trimtab/protocol/shared';

/** What checks find, one after the other: none keeps the next from being made. */
export interface Found {
  readonly faults: Fault[];
  readonly notes: string[];
  readonly would: string[];
}

export function createFound(): Found {
  return { faults: [], notes: [], would: [] };
}

/** What it throws is found; null then. */
export async function attempt<Value>({ faults }: Pick<Found, 'faults'>, work: () => Value | Promise<Value>) {
  try {
    return await work();
  } catch (error) {
    faults.push(error instanceof Fault ? error : toFault(error));
    return null;
  }
}

function toFault(error: unknown): Fault {
  return new Fault({
    code: 'internal',
    operation: 'check the configuration',
    subject: 'trimtab',
    cause: toCause(error),
    hint: null,
  });
}
