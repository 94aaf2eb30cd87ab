import { toReason } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { type KnownGuest, listKnownGuests } from './known-guests.ts';
import { within } from './within.ts';

/** The host can be read also while the store is stuck: its guests have the names of before then. */
export const NAMES_PATIENCE_MS = 1_000;

/**
 * The hypervisor's word comes first, and it may have renamed a domain since the agent in it said hello, or may not have
 * been read then. To be called with each reading of the host, before others see it; the store is asked only when some
 * domain is called otherwise than at the reading before.
 */
export function createKeepNames({
  clock,
  links,
  store,
  log,
}: {
  clock: Pick<Clock, 'after'>;
  links: Pick<GuestLinks, 'guests' | 'rename'>;
  store: Pick<GuestsStore, 'guests' | 'rename'>;
  log: Log;
}): (host: HostView) => Promise<void> {
  let kept: string | null = null;
  let isKeeping = false;

  async function keep(host: HostView): Promise<void> {
    const records = await store.guests();
    for (const { record, domain } of listKnownGuests({ host, records, connected: links.guests() }).filter(isRenamed)) {
      const others = host.domains.filter(({ key }) => key !== domain.key);
      const takenNames = new Set(others.map(({ name }) => name));
      const named = await store.rename({ id: record.id, name: domain.name, namedBy: 'hypervisor', takenNames });
      named.forEach(links.rename);
      log.info({ id: record.id, was: record.name, names: named.map(({ name }) => name) }, 'a domain was renamed');
    }
  }

  async function keepOrTell(host: HostView, names: string): Promise<void> {
    try {
      await keep(host);
      kept = names;
    } catch (error) {
      // Tried again at the next reading: whoever only looks is not kept from it.
      log.error({ reason: toReason(error) }, 'the names of renamed domains could not be stored');
    }
    isKeeping = false;
  }

  return async (host) => {
    const names = host.domains.map(({ key, name }) => JSON.stringify([key, name])).join();
    if (names === kept || isKeeping) return;
    isKeeping = true;
    await within({ clock, limitMs: NAMES_PATIENCE_MS, work: keepOrTell(host, names), late: () => undefined });
  };
}

type Proven = KnownGuest & { readonly [Key in 'record' | 'domain']: NonNullable<KnownGuest[Key]> };

/** Of one that is away only what was proven while it was there counts. Loop devices are this host's own. */
function isRenamed(guest: KnownGuest): guest is Proven {
  const { record, domain, connected } = guest;
  if (record === null || domain === null || domain.source === 'loop-devices') return false;
  const isProven =
    connected !== null || record.identities.some(({ kind, value }) => kind === 'domain' && value === domain.uuid);
  return isProven && record.name !== domain.name;
}
