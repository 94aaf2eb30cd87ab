import { Fault } from '@trimtab/protocol/shared';
import type { FirstSteps, GuestCounts } from '../../model/first-steps.ts';
import type { GuestRow, GuestsView } from '../../model/status.ts';
import type { RemoteDesk } from '../../ports/desk/remote-desk.ts';
import { findNextStep, isBare } from './next-step.ts';

/**
 * What a collector sees, from what it has sampled: nothing is read anew for it. Throws Faults, but for `no-collector` on
 * this host, whose remedy is the first step of all.
 */
export async function seeAround({
  desk,
  place,
  isElsewhere,
  hasService,
}: {
  desk: Pick<RemoteDesk, 'status' | 'guests' | 'history'>;
  /** Where it is asked, for people. */
  place: string;
  /** On another host: what runs there, nobody can start from here. */
  isElsewhere: boolean;
  /** Would `systemctl start` start it? */
  hasService: () => boolean;
}): Promise<FirstSteps> {
  try {
    const [status, guests, history] = await Promise.all([
      desk.status({ now: false }),
      desk.guests({ inventories: false }),
      desk.history({ guest: null, limit: 1, before: null }),
    ]);
    return {
      collector: { place, runs: true },
      guests: countGuests(guests),
      pools: status.pools.map(({ key, kind, sizeBytes, freeBytes, overcommit }) => ({
        key,
        kind,
        sizeBytes,
        freeBytes,
        overcommit,
      })),
      firingAlerts: status.firingAlerts,
      next: findNextStep({ status, guests, wasTrimmed: history.trims.length > 0 }),
    };
  } catch (error) {
    if (isElsewhere || !isNobodyThere(error)) throw error;
    return {
      collector: { place, runs: false },
      guests: null,
      pools: null,
      firingAlerts: null,
      next: {
        kind: 'start',
        command: hasService() ? 'systemctl start trimtab' : 'trimtab serve',
        why: `No collector runs: nobody answers on ${place}.`,
        does: 'starts it, as root',
      },
    };
  }
}

function isNobodyThere(error: unknown): boolean {
  return error instanceof Fault && error.detail.code === 'no-collector';
}

function countGuests({ guests, held }: GuestsView): GuestCounts {
  const count = (isSo: (guest: GuestRow) => boolean) => guests.filter(isSo).length;
  const byQemuGa = count(({ inside }) => inside.kind === 'qemu-ga');
  const away = count(({ state }) => state === 'away');
  const off = count(({ state }) => state === 'off');
  const withoutAgent = count(isBare);
  const withAgent = guests.length - byQemuGa - away - off - withoutAgent;
  return { all: guests.length, withAgent, byQemuGa, away, off, withoutAgent, held: held.length };
}
