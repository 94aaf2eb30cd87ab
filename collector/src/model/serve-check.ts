import type { FaultDetail } from '@trimtab/protocol/shared';

/** What `trimtab serve` would come to, found out without starting it. */
export interface ServeCheck {
  /** Nothing that was looked at keeps it from starting. */
  readonly isGood: boolean;
  /** The configuration file; null where none was read. */
  readonly configuration: string | null;
  readonly errors: readonly FaultDetail[];
  /** What it would do, as what follows on `it would`; empty where the settings could not be read. */
  readonly would: readonly string[];
  /** What keeps it from nothing, and is worth knowing: sentences. */
  readonly notes: readonly string[];
}
