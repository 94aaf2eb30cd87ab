/** How a pool stands, in few numbers: for receivers that show them all the time. */
export interface PoolLevel {
  /** The key of the pool. */
  readonly pool: string;
  /** Of its size, from 0 to 1; null where it has none. */
  readonly freeShare: number | null;
  /** Most likely; null where no such day can be told. */
  readonly daysUntilFull: number | null;
  /** A thin pool: its metadata can run full as well. */
  readonly hasMetadata: boolean;
}
