/** What `dmsetup status --noflush --target thin-pool` prints; null where there is no dmsetup, or it says nothing. */
export type ReadThinPools = () => Promise<string | null>;
