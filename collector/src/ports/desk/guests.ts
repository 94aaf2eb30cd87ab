import type { GuestsView } from '../../model/status.ts';

export interface GuestsDesk {
  guests(): Promise<GuestsView>;
}
