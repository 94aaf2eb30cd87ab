import type { Hello } from '@trimtab/protocol';
import { toIdentities } from '../../correlate/identities.ts';
import { matchDomain } from '../../correlate/match-domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestsStore, Recognised } from '../../ports/store/guests.ts';
import type { Survey } from './survey.ts';

export interface RecogniseDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly survey: Pick<Survey, 'read'>;
  readonly store: Pick<GuestsStore, 'recognise'>;
}

/** Which guest of this host says hello, and what it is called. */
export async function recogniseGuest(
  { clock, survey, store }: RecogniseDeps,
  { guest, agentVersion }: Hello,
): Promise<Recognised> {
  // Loop devices are this host's own: an agent on the host is a guest without a domain.
  const domains = (await survey.read()).domains.filter(({ source }) => source !== 'loop-devices');
  const { domain } = matchDomain(guest, domains);
  return store.recognise({
    identities: toIdentities(guest, domain),
    name: domain?.name ?? guest.hostname,
    namedBy: domain === null ? 'guest' : 'hypervisor',
    takenNames: new Set(domains.filter((other) => other !== domain).map(({ name }) => name)),
    agentVersion,
    seenAt: clock.now(),
  });
}
