import type { HostKeysView } from '../../../model/enrolment.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EnrolmentDesk } from '../../../ports/desk/enrolment.ts';
import type { HostKeyRing } from '../../../ports/host-keys.ts';
import type { GuestKeysStore } from '../../../ports/store/guest-keys.ts';
import { toIso } from './joining-desk.ts';
import { BY_SOCKET, type NoteDeed } from './note-deed.ts';

export interface HostKeysDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly hostKeys: Pick<HostKeyRing, 'list' | 'rotate'>;
  readonly store: Pick<GuestKeysStore, 'keys'>;
}

/** The keys by which guests know this collector. */
export function createHostKeysDesk(
  { clock, hostKeys, store }: HostKeysDeps,
  note: NoteDeed,
): Pick<EnrolmentDesk, 'hostKeys' | 'rotateHostKey'> {
  async function view(): Promise<HostKeysView> {
    const guests = (await store.keys()).filter(({ state }) => state === 'active');
    return {
      takenAt: toIso(clock.now()),
      keys: hostKeys.list().map(({ pin, owner, madeAt, until }) => ({
        pin,
        owner,
        madeAt: madeAt === null ? null : toIso(madeAt),
        until: until === null ? null : toIso(until),
        knownBy: guests.filter(({ learnedPins }) => learnedPins.includes(pin)).length,
      })),
      guests: guests.length,
    };
  }

  return {
    hostKeys: view,
    async rotateHostKey({ overlapMs }, askedBy = BY_SOCKET) {
      const { pin } = await hostKeys.rotate({ overlapMs });
      await note({ kind: 'rotate-key', askedBy, subject: pin });
      return view();
    },
  };
}
