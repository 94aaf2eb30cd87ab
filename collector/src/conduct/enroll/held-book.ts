import type { GuestIdentity } from '@trimtab/protocol';
import type { Enrolment } from '../../ports/store/enrolments.ts';
import type { GuestKey, GuestKeysStore, HeldGuest } from '../../ports/store/guest-keys.ts';

/** Of one key: who makes up more guests that show it would push those of others out of what is kept. */
export const MOST_HELD_PER_KEY = 8;

/** Beside as many as it has uses: whoever holds a token may draw another key for each guest that he makes up. */
export const MOST_HELD_BESIDE_USES = 8;

/** A guest that shows this key, and what it says that it is. */
export interface Shown {
  readonly key: string;
  readonly guest: GuestIdentity;
}

/** Those that wait for a person's word. They are few, and asked for at each hello: the store is read when they change. */
export function createHeldBook(store: Pick<GuestKeysStore, 'held' | 'hold'>) {
  let reading: Promise<readonly HeldGuest[]> | null = null;

  function changed(): void {
    reading = null;
  }

  async function all(): Promise<readonly HeldGuest[]> {
    reading ??= store.held();
    const current = reading;
    try {
      return await current;
    } catch (error) {
      if (reading === current) changed();
      throw error;
    }
  }

  const ofKey = async (key: string) => (await all()).filter((held) => held.key === key);

  return {
    changed,
    /** Null where this key, or the token that it shows, has too many already who wait. */
    async hold(
      said: Omit<Parameters<typeof store.hold>[0], 'enrolment'>,
      token: Pick<Enrolment, 'id' | 'mostUses'> | null,
    ): Promise<HeldGuest | null> {
      const guest = { ...said, enrolment: token?.id ?? null };
      const others = await ofKey(guest.key);
      if (!others.some((held) => isSame(held, guest))) {
        if (others.filter(waits).length >= MOST_HELD_PER_KEY) return null;
        const ofToken = (await all()).filter(({ enrolment }) => enrolment !== null && enrolment === token?.id);
        if (token !== null && ofToken.filter(waits).length >= token.mostUses + MOST_HELD_BESIDE_USES) return null;
      }
      changed();
      const held = await store.hold(guest);
      changed();
      return held;
    },
    /** The one that a person has let in and that this one is; null for none. `known` is its key, if it has joined. */
    async findApproved({ key, guest }: Shown, findKey: () => Promise<GuestKey | null>): Promise<HeldGuest | null> {
      const approved = (await ofKey(key)).find((held) => held.approvedBy !== null && isSame(held, guest));
      if (approved === undefined) return null;
      const known = await findKey();
      // A copy that shows the UUID as well is told from its original by its boot alone.
      const isCopyInAll = known !== null && known.productUuid === guest.productUuid;
      return isCopyInAll && approved.bootId !== guest.bootId ? null : approved;
    },
  };
}

export type HeldBook = ReturnType<typeof createHeldBook>;

const waits = ({ isDismissed }: HeldGuest): boolean => !isDismissed;

type Said = Pick<HeldGuest, 'productUuid' | 'machineId'>;

const isSame = (one: Said, other: Said): boolean =>
  one.productUuid === other.productUuid && one.machineId === other.machineId;
