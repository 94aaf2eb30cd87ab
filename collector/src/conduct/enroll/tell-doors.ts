import { addressSchema, type CollectorDoors, type Learned, MOST_ADDRESSES, MOST_PINS, speaks } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import { is } from 'valibot';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { EnrolmentDeps } from './enrolment-deps.ts';
import { createNoteLearned, type Known } from './note-learned.ts';

/** An address of this host may come and go, and nobody tells. */
export const DOORS_COMPARED_EVERY_MS = 60_000;

type Deps = Pick<EnrolmentDeps, 'clock' | 'log' | 'store' | 'links' | 'hostKeys' | 'addresses'>;

/**
 * Where the collector is found and by which keys it is known: guests with a key are told when they come and when it
 * changes, so that neither another address nor another key needs a new join.
 */
export function createTellDoors({ clock, log, store, links, hostKeys, addresses }: Deps) {
  const learned = createNoteLearned({ clock, log, store, hostKeys });
  /** Those that are let in, and are not connected yet: an older connection of theirs may end first. */
  const arriving = new Map<GuestId, Known>();
  let told = '';
  /** As they were read last: after a restart thousands come, and each reading asks the kernel for all of them. */
  let lastRead: readonly string[] | null = null;
  let stop = () => {};

  function toMessage(): CollectorDoors {
    const pins = hostKeys.all().map(({ pin }) => pin);
    // Whatever the settings of this host are called: one that the wire has no form for is left out.
    lastRead ??= addresses().filter((address) => is(addressSchema, address));
    return { type: 'collector', pins: pins.slice(0, MOST_PINS), addresses: lastRead.slice(0, MOST_ADDRESSES) };
  }

  const isTold = ({ proof, wireVersion }: ConnectedGuest) => proof === 'key' && speaks(wireVersion, 'keys');

  /** Tells those who are connected what has changed. */
  function tellChanges(): void {
    try {
      lastRead = null;
      const message = toMessage();
      const now = JSON.stringify(message);
      if (now === told) return;
      told = now;
      for (const guest of links.guests().filter(isTold)) links.send(guest.id, message);
    } catch (error) {
      log.error({ reason: toReason(error) }, 'guests could not be told where the collector is found');
    }
  }

  function arm(): void {
    stop = clock.after(DOORS_COMPARED_EVERY_MS, () => {
      arm();
      tellChanges();
    });
  }

  return {
    /** It is let in by this key, of which these pins were stored before. */
    admitted: (id: GuestId, { key, learnedPins }: Known): void => void arriving.set(id, { key, learnedPins }),
    connected(guest: ConnectedGuest): void {
      const known = arriving.get(guest.id);
      arriving.delete(guest.id);
      if (known !== undefined) learned.connected(guest.id, known);
      if (isTold(guest)) links.send(guest.id, toMessage());
    },
    disconnected({ id }: ConnectedGuest): void {
      learned.disconnected(id);
    },
    learned: ({ id }: ConnectedGuest, said: Learned): Promise<void> => learned.note(id, said),
    tellChanges,
    start(): void {
      lastRead = null;
      told = JSON.stringify(toMessage());
      arm();
    },
    stop(): void {
      stop();
      learned.stop();
    },
  };
}
