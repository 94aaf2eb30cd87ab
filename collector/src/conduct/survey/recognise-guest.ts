import type { Hello } from '@trimtab/protocol';
import { sleep, toReason } from '@trimtab/protocol/shared';
import { toIdentities } from '../../correlate/identities.ts';
import { matchDomain } from '../../correlate/match-domain.ts';
import type { GuestLinks, Meeting } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore, Recognised } from '../../ports/store/guests.ts';
import type { Survey } from './survey.ts';

/**
 * An agent waits 10 s for its welcome; libvirt's daemon, when it hangs, is waited for longer than that (io/virsh.ts).
 */
export const HOST_PATIENCE_MS = 5_000;

export interface RecogniseDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Log;
  readonly survey: Pick<Survey, 'read'>;
  readonly store: Pick<GuestsStore, 'recognise'>;
  readonly links: Pick<GuestLinks, 'isConnected'>;
  /** Is told of guests that were forgotten for a new one. */
  release(forgotten: readonly GuestId[]): void;
}

/** Meets each guest that says hello: the host is read for who it is. */
export function createReception(deps: RecogniseDeps): (hello: Hello) => Promise<Meeting> {
  return async (hello) => {
    const domains = (await readDomains(deps)) ?? [];
    return { recognise: () => recogniseGuest({ ...deps, domains }, hello) };
  };
}

/**
 * Which guest of this host says hello, and what it is called. A host that cannot be read keeps no guest out: one that
 * was here before is known by what it shows and keeps its name, a new one bears its hostname until it says hello again.
 */
async function recogniseGuest(
  deps: RecogniseDeps & { readonly domains: readonly Domain[] },
  { guest, agentVersion }: Hello,
): Promise<Recognised> {
  // Loop devices are this host's own: an agent on the host is a guest without a domain.
  const domains = deps.domains.filter(({ source }) => source !== 'loop-devices');
  const { domain } = matchDomain(guest, domains);
  const recognised = await deps.store.recognise({
    identities: toIdentities(guest, domain),
    name: domain?.name ?? guest.hostname,
    namedBy: domain === null ? 'guest' : 'hypervisor',
    takenNames: new Set(domains.filter((other) => other !== domain).map(({ name }) => name)),
    agentVersion,
    seenAt: deps.clock.now(),
    isHere: deps.links.isConnected,
  });
  deps.release(recognised.forgotten);
  return recognised;
}

interface Told {
  readonly domains: readonly Domain[] | null;
  /** Why there are none; null when the host was read. */
  readonly reason: string | null;
}

/** Null when the host is not read in time. */
async function readDomains({ clock, log, survey }: RecogniseDeps): Promise<readonly Domain[] | null> {
  const reading = survey.read().then(
    ({ domains }): Told => ({ domains, reason: null }),
    (error): Told => ({ domains: null, reason: toReason(error) }),
  );
  const late = sleep(clock, HOST_PATIENCE_MS).then(
    (): Told => ({ domains: null, reason: `the host was not read within ${HOST_PATIENCE_MS / 1000} s` }),
  );
  const { domains, reason } = await Promise.race([reading, late]);
  if (reason !== null) log.warn({ reason }, 'a guest is recognised without its domain');
  return domains;
}
