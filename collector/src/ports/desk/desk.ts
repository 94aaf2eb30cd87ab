import type { DoctorDesk } from './doctor.ts';
import type { ForesightDesk } from './foresight.ts';
import type { GuestsDesk } from './guests.ts';
import type { OverviewDesk } from './overview.ts';
import type { RepairsDesk } from './repairs.ts';
import type { TrimsDesk } from './trims.ts';

/**
 * The one interface that the faces (api, cli) read. What needs a part of it takes that part's port. A Fault says what a
 * person can do.
 */
export interface Desk extends OverviewDesk, GuestsDesk, TrimsDesk, DoctorDesk, ForesightDesk, RepairsDesk {}
