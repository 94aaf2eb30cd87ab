import type { NumberedEvent } from '../../model/trim-event.ts';
import type { Desk } from './desk.ts';
import type { WatchQuery } from './trims.ts';

/** The desk of a collector in another process, which may go away and come back. */
export interface RemoteDesk extends Omit<Desk, 'watch' | 'metrics'> {
  /**
   * As the desk's own, and over a restart of the collector: it goes on after the last event that arrived. Throws
   * `collector-gone` when the collector stays away.
   */
  watch(query: RemoteWatchQuery): AsyncIterable<NumberedEvent>;
}

export interface RemoteWatchQuery extends WatchQuery {
  /** Called when the collector is found to be away, and when it answers again. */
  readonly onPresence: (presence: 'away' | 'back') => void;
}
