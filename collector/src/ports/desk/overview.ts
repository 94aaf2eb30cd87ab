import type { StatusQuery, StatusView } from '../../model/status.ts';

export interface OverviewDesk {
  status(query: StatusQuery): Promise<StatusView>;
}
