import type { EnrolmentDesk } from '../../../ports/desk/enrolment.ts';
import type { DeedsStore } from '../../../ports/store/deeds.ts';
import { type ApiTokensDeps, createApiTokensDesk } from './api-tokens-desk.ts';
import { createGuestKeysDesk, type GuestKeysDeps } from './guest-keys-desk.ts';
import { createHostKeysDesk, type HostKeysDeps } from './host-keys-desk.ts';
import { createJoiningDesk, type JoiningDeps, toIso } from './joining-desk.ts';
import { createNoteDeed, type DeedDeps } from './note-deed.ts';

export type EnrolmentDeskDeps = JoiningDeps &
  GuestKeysDeps &
  HostKeysDeps &
  ApiTokensDeps &
  DeedDeps & { readonly store: DeedsStore };

/** Who may connect as which guest, and who may ask. */
export function createEnrolmentDesk(deps: EnrolmentDeskDeps): EnrolmentDesk {
  const note = createNoteDeed(deps);
  return {
    ...createJoiningDesk(deps, note),
    ...createGuestKeysDesk(deps, note),
    ...createHostKeysDesk(deps, note),
    ...createApiTokensDesk(deps, note),
    async deeds({ limit }) {
      return { takenAt: toIso(deps.clock.now()), deeds: await deps.store.deeds(limit) };
    },
  };
}
