import { addressSchema, type CollectorDoors, type Learned, MOST_ADDRESSES, MOST_PINS, speaks } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import { is } from 'valibot';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { EnrolmentDeps } from './enrolment-deps.ts';

/** An address of this host may come and go, and nobody tells. */
export const DOORS_COMPARED_EVERY_MS = 60_000;

interface Known {
  readonly key: string;
  readonly pins: string;
}

type Deps = Pick<EnrolmentDeps, 'clock' | 'log' | 'store' | 'links' | 'hostKeys' | 'addresses'>;

/**
 * Where the collector is found and by which keys it is known: guests with a key are told when they come and when it
 * changes, so that neither another address nor another key needs a new join.
 */
export function createTellDoors({ clock, log, store, links, hostKeys, addresses }: Deps) {
  /** What each guest that is connected said last that it has stored, with the key that it came by. */
  const learned = new Map<GuestId, Known>();
  /** The same of those that are let in, and are not connected yet: an older connection of theirs may end first. */
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
    admitted(
      id: GuestId,
      { key, learnedPins }: { readonly key: string; readonly learnedPins: readonly string[] },
    ): void {
      arriving.set(id, { key, pins: learnedPins.join() });
    },
    connected(guest: ConnectedGuest): void {
      const known = arriving.get(guest.id);
      arriving.delete(guest.id);
      if (known !== undefined) learned.set(guest.id, known);
      if (isTold(guest)) links.send(guest.id, toMessage());
    },
    disconnected({ id }: ConnectedGuest): void {
      learned.delete(id);
    },
    /** Nothing is written where it says what it said before, or what no key of this host has. */
    async learned({ id }: ConnectedGuest, { pins }: Learned): Promise<void> {
      const known = learned.get(id);
      const own = pins.filter((pin) => hostKeys.find(pin) !== null);
      if (known === undefined || own.length === 0 || own.join() === known.pins) return;
      learned.set(id, { ...known, pins: own.join() });
      await store.learned({ key: known.key, pins: own });
    },
    tellChanges,
    start(): void {
      lastRead = null;
      told = JSON.stringify(toMessage());
      arm();
    },
    stop: () => stop(),
  };
}
