import type { AlertsDesk } from '../../ports/desk/alerts.ts';
import type { Desk } from '../../ports/desk/desk.ts';
import type { DoctorDeps } from '../doctor/doctor.ts';
import type { Foreseer } from '../foresee/foresight.ts';
import type { Repairs } from '../repair/repairs.ts';
import { createDoctorDesk } from './doctor-desk.ts';
import { createForesightDesk } from './foresight-desk.ts';
import { createGuestsDesk, type GuestsDeps } from './guests-desk.ts';
import { createMetricsDesk, type MetricsDeps } from './metrics-desk.ts';
import { createOverviewDesk, type OverviewDeps } from './overview-desk.ts';
import { createRepairsDesk } from './repairs-desk.ts';
import { createReportDesk, type ReportDeps } from './report-desk.ts';
import { createTrimsDesk, type TrimsDeskDeps } from './trims-desk.ts';

export type DeskDeps = OverviewDeps &
  GuestsDeps &
  TrimsDeskDeps &
  DoctorDeps &
  MetricsDeps &
  ReportDeps & { readonly repairs: Repairs; readonly alerts: AlertsDesk; readonly foreseer: Foreseer };

/** The one interface of the faces, over what the stages know: a desk a noun. */
export function createDesk(deps: DeskDeps): Desk {
  const overview = createOverviewDesk(deps);
  const guests = createGuestsDesk(deps);
  const doctor = createDoctorDesk(deps);
  return {
    ...overview,
    ...guests,
    ...createMetricsDesk(deps, { ...overview, ...guests }),
    ...createTrimsDesk(deps),
    ...doctor,
    ...createReportDesk(deps, doctor),
    ...createForesightDesk(deps, overview),
    ...createRepairsDesk(deps),
    ...deps.alerts,
  };
}
