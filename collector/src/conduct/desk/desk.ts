import type { Finding } from '../../model/domain.ts';
import type { AlertsDesk } from '../../ports/desk/alerts.ts';
import type { Desk } from '../../ports/desk/desk.ts';
import type { DoctorDesk } from '../../ports/desk/doctor.ts';
import type { GuestsDesk } from '../../ports/desk/guests.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { DoctorDeps } from '../doctor/doctor.ts';
import type { Foreseer } from '../foresee/foresight.ts';
import type { Repairs } from '../repair/repairs.ts';
import type { WatchedStore } from '../survey/store-health.ts';
import { createDoctorDesk } from './doctor-desk.ts';
import { createEnrolmentDesk, type EnrolmentDeskDeps } from './enrolment/enrolment-desk.ts';
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
  Omit<DoctorDeps, 'readPools'> &
  MetricsDeps &
  EnrolmentDeskDeps &
  ReportDeps & {
    readonly repairs: Repairs;
    readonly alerts: AlertsDesk;
    readonly foreseer: Foreseer;
    /** With what is remembered while the database cannot be read. */
    readonly lately: WatchedStore['lately'];
  };

/** The one interface of the faces, over what the stages know: a desk a noun. */
export function createDesk(deps: DeskDeps): Desk {
  const { health } = deps;
  // The host can be read without the database.
  const readable = { ...deps, store: { ...deps.store, ...deps.lately } };
  const tell = <View extends { readonly findings: readonly Finding[] }>(view: View): View => {
    return { ...view, findings: [...health.findings(), ...view.findings] };
  };
  const readPools = async () => (await deps.watch.overview({ now: false })).pools;
  const { status: readStatus } = createOverviewDesk(readable);
  const guestsDesk = createGuestsDesk(readable);
  const { doctor: examine } = createDoctorDesk({ ...readable, readPools });
  const overview: OverviewDesk = { status: async (query) => tell(await readStatus(query)) };
  const guests: GuestsDesk = { ...guestsDesk, guests: async (query) => tell(await guestsDesk.guests(query)) };
  const doctor: DoctorDesk = { doctor: async (guest) => tell(await examine(guest)) };
  return {
    ...overview,
    ...guests,
    ...createMetricsDesk(deps, { ...overview, ...guests }),
    ...createTrimsDesk(deps),
    ...doctor,
    ...createReportDesk(deps, doctor),
    ...createForesightDesk(deps, overview),
    ...createRepairsDesk(deps),
    ...createEnrolmentDesk(deps),
    ...deps.alerts,
  };
}
