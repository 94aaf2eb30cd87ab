import { toIdentities } from '../../correlate/identities.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { DescribedByQemuGa } from '../../model/guest-inside.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { identityOf } from '../survey/announce-known.ts';
import { cannotTell, notRecognised } from './qga-faults.ts';

/** A guest that was to be trimmed, and has nothing under way: it is asked anew before the next time. */
export const PRESENT_MS = 10 * 60_000;

/** What qemu-ga can be had to trim. */
export interface Wanted {
  readonly domain: Domain;
  /** All of the host: nobody else's name is given to it. */
  readonly domains: readonly Domain[];
  readonly described: DescribedByQemuGa;
  readonly mayTaint: boolean;
}

/**
 * The guests that are trimmed through their qemu-ga, as the trims know guests: from when a trim of one is asked for. It
 * is recorded by its domain's UUID, so that an agent that is installed later is the same guest, with the same history.
 */
export function createPresentGuests({
  clock,
  links,
  store,
  release,
}: {
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  links: Pick<GuestLinks, 'isConnected' | 'rename'>;
  store: Pick<GuestsStore, 'recognise'>;
  /** Is told of guests that were forgotten for a new one. */
  release(forgotten: readonly GuestId[]): void;
}) {
  const present = new Map<GuestId, { readonly guest: ConnectedGuest; readonly enteredMs: number }>();

  function forgetOld(): void {
    const isOld = (enteredMs: number) => clock.monotonicMs() - enteredMs > PRESENT_MS;
    for (const [id, { enteredMs }] of present) if (isOld(enteredMs)) present.delete(id);
  }

  return {
    find: (id: GuestId): ConnectedGuest | null => present.get(id)?.guest ?? null,
    /** Throws a Fault where it cannot be told from others, or tells neither of filesystems nor of disks. */
    async enter({ domain, domains, described, mayTaint }: Wanted): Promise<ConnectedGuest> {
      const identity = identityOf(domain);
      if (identity.productUuid === null) throw notRecognised(domain.name);
      const { withheld } = described;
      const isForbidden = withheld?.code === 'guest-agent-forbids';
      if (described.inventory === null || (withheld !== null && !isForbidden)) throw cannotTell(domain.name, withheld);
      forgetOld();
      const recognised = await store.recognise({
        identities: toIdentities(identity, domain),
        name: domain.name,
        namedBy: 'hypervisor',
        takenNames: new Set(domains.filter(({ key }) => key !== domain.key).map(({ name }) => name)),
        agentVersion: null,
        seenAt: clock.now(),
        isHere: (id) => links.isConnected(id) || present.has(id),
      });
      recognised.renamed.forEach(links.rename);
      release(recognised.forgotten);
      const { channel, version, allows, addresses, inventory, toldAt } = described;
      const guest: ConnectedGuest = {
        id: recognised.id,
        name: recognised.name,
        identity,
        agentVersion: '',
        wireVersion: 0,
        inventory,
        inventoryAt: toldAt,
        proof: 'channel',
        others: 0,
        visits: null,
        isKnown: true,
        contested: null,
        lastHeardAt: toldAt,
        byQemuGa: { channel, version, allows, addresses, mayTaint },
      };
      // Where a trim of it is under way, it stays until that is over.
      const enteredMs = Math.max(clock.monotonicMs(), present.get(guest.id)?.enteredMs ?? 0);
      present.set(guest.id, { guest, enteredMs });
      return guest;
    },
    /** Its trim is under way: it stays. */
    keep(guest: ConnectedGuest): void {
      present.set(guest.id, { guest, enteredMs: Number.POSITIVE_INFINITY });
    },
    /** Its trim is over. */
    letGo(id: GuestId): void {
      const entry = present.get(id);
      if (entry !== undefined) present.set(id, { ...entry, enteredMs: clock.monotonicMs() });
    },
  };
}

export type PresentGuests = ReturnType<typeof createPresentGuests>;
