import type { AlertsStore } from './alerts.ts';
import type { ApiTokensStore } from './api-tokens.ts';
import type { DeedsStore } from './deeds.ts';
import type { EnrolmentsStore } from './enrolments.ts';
import type { ForecastsStore } from './forecasts.ts';
import type { GuestKeysStore } from './guest-keys.ts';
import type { GuestsStore } from './guests.ts';
import type { JobsStore } from './jobs.ts';
import type { NoticesStore } from './notices.ts';
import type { OpenTrimsStore } from './open-trims.ts';
import type { SamplesStore } from './samples.ts';
import type { TrimsStore } from './trims.ts';

/** All that outlives the collector, in one database. Whoever needs a part of it asks for that part. */
export interface Store
  extends GuestsStore,
    OpenTrimsStore,
    TrimsStore,
    JobsStore,
    SamplesStore,
    AlertsStore,
    NoticesStore,
    ForecastsStore,
    EnrolmentsStore,
    GuestKeysStore,
    ApiTokensStore,
    DeedsStore {
  close(): Promise<void>;
}
