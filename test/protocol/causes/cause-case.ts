import type { Inventory } from '@trimtab/protocol';

/** A guest that has a cause, what is said of it, and guests that all but have it. */
export interface CauseCase {
  readonly guest: Inventory;
  /** Where it stands in the way; null for no filesystem. */
  readonly mount: string | null;
  readonly disks: readonly string[];
  readonly sentence: string;
  /** Facts with their exact values, each `fact = value`. */
  readonly evidence: readonly string[];
  readonly commands: readonly string[] | null;
  readonly near: Readonly<Record<string, Inventory>>;
}
