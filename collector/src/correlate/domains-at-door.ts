import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';
import { createDomainMatcher, type DomainMatch } from './match-domain.ts';
import { createRunsHere, type RunsHere } from './runs-here.ts';

/** What is asked of the domains of a host for each guest that says hello. */
export interface DomainsAtDoor {
  /** Which of them it is. An agent on the host itself is a guest without a domain: loop devices are the host's own. */
  match(guest: GuestIdentity): DomainMatch;
  /** The names of all but this one. */
  namesBut(own: Pick<Domain, 'key'> | null): Pick<ReadonlySet<string>, 'has'>;
  readonly runsHere: RunsHere;
}

const known = new WeakMap<readonly Domain[], DomainsAtDoor>();

/** Of one reading of the host: after a restart thousands say hello, and it is looked through once for all of them. */
export function domainsAtDoor(domains: readonly Domain[]): DomainsAtDoor {
  const before = known.get(domains);
  if (before !== undefined) return before;
  const made = create(domains);
  known.set(domains, made);
  return made;
}

function create(domains: readonly Domain[]): DomainsAtDoor {
  const guests = domains.filter(({ source }) => source !== 'loop-devices');
  const match = createDomainMatcher(guests);
  const byName = Map.groupBy(guests, ({ name }) => name);
  return {
    match: (guest) => match(guest, null),
    namesBut: (own) => ({ has: (name) => (byName.get(name) ?? []).some(({ key }) => key !== own?.key) }),
    runsHere: createRunsHere(domains),
  };
}
