import type { Fault } from '@trimtab/protocol/shared';

/** What `run` would come to, found out without starting it. */
export interface FoundByCheck {
  /** The file that was read; null where there is none. */
  readonly configuration: string | null;
  readonly faults: readonly Fault[];
  /** What it would do, as what follows on `it would`. */
  readonly would: readonly string[];
  /** What keeps it from nothing, and is worth knowing: sentences. */
  readonly notes: readonly string[];
}
