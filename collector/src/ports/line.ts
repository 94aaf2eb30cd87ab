/** What is done for one that comes in: those that have come furthest are heard first. */
export type LineRank = 'proven' | 'said-hello' | 'arrived';

/** Where those stand who come in all at once, as after a restart of the collector. */
export interface Line {
  /**
   * Begins the work when its turn has come, in the order of those of its rank; settles as the work does. Of those that
   * have arrived no more than a number are under way: the work of one ends when it has spoken.
   */
  take<Value>(rank: LineRank, work: () => Promise<Value>): Promise<Value>;
  /** Work for which a person waits: those in line have a part of the turns until it is done. */
  ahead<Value>(work: () => Promise<Value>): Promise<Value>;
}
