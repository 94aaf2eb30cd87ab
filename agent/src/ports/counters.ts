import type { LayerCounters } from '@trimtab/protocol';

/** What has passed each of these layers since it exists. A layer that is gone has null for both. */
export type ReadCounters = (names: readonly string[]) => Promise<Readonly<Record<string, LayerCounters>>>;
