import type { StatusView } from '../../model/status.ts';

export interface OverviewDesk {
  status(): Promise<StatusView>;
}
