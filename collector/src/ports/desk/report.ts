import type { ReportQuery, ReportView } from '../../model/report.ts';

export interface ReportDesk {
  /**
   * What trims achieved since then. Throws `bad-request` for a day that lies ahead. Examines as the doctor does, and changes nothing.
   */
  report(query: ReportQuery): Promise<ReportView>;
}
