import type { Desk } from '../../ports/desk/desk.ts';
import type { DoctorDeps } from '../doctor/doctor.ts';
import type { Foreseer } from '../foresee/foresight.ts';
import type { Repairs } from '../repair/repairs.ts';
import { createDoctorDesk } from './doctor-desk.ts';
import { createForesightDesk } from './foresight-desk.ts';
import { createGuestsDesk, type GuestsDeps } from './guests-desk.ts';
import { createOverviewDesk, type OverviewDeps } from './overview-desk.ts';
import { createRepairsDesk } from './repairs-desk.ts';
import { createTrimsDesk, type TrimsDeskDeps } from './trims-desk.ts';

export type DeskDeps = OverviewDeps &
  GuestsDeps &
  TrimsDeskDeps &
  DoctorDeps & { readonly repairs: Repairs; readonly foreseer: Foreseer };

/** The one interface of the faces, over what the stages know: a desk a noun. */
export function createDesk(deps: DeskDeps): Desk {
  return {
    ...createOverviewDesk(deps),
    ...createGuestsDesk(deps),
    ...createTrimsDesk(deps),
    ...createDoctorDesk(deps),
    ...createForesightDesk(deps),
    ...createRepairsDesk(deps),
  };
}
