import type { AlertsDesk } from './alerts.ts';
import type { DoctorDesk } from './doctor.ts';
import type { EnrolmentDesk } from './enrolment.ts';
import type { ForesightDesk } from './foresight.ts';
import type { GuestsDesk } from './guests.ts';
import type { MetricsDesk } from './metrics.ts';
import type { OverviewDesk } from './overview.ts';
import type { RepairsDesk } from './repairs.ts';
import type { ReportDesk } from './report.ts';
import type { TrimsDesk } from './trims.ts';

/**
 * The one interface that the faces (api, cli) read. What needs a part of it takes that part's port. A Fault says what a
 * person can do.
 */
export interface Desk
  extends OverviewDesk,
    GuestsDesk,
    TrimsDesk,
    DoctorDesk,
    RepairsDesk,
    MetricsDesk,
    ReportDesk,
    ForesightDesk,
    AlertsDesk,
    EnrolmentDesk {}
