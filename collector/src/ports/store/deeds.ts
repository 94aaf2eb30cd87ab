import type { Deed } from '../../model/deed.ts';

export { DEEDS_KEPT } from '../../model/deed.ts';

/**
 * What people had done, and who they were. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/deeds-store.ts: [DE1] deeds are told in the order in which they were added, whatever any clock says, and
 * the newest DEEDS_KEPT are kept; [DE2] they stay when what they were done to is forgotten.
 */
export interface DeedsStore {
  addDeed(deed: Deed): Promise<void>;
  /** The newest first. */
  deeds(limit: number): Promise<readonly Deed[]>;
}
