import type { GuestIdentity } from '@trimtab/protocol';
import { toShown } from '../../correlate/identities.ts';
import { matchDomain } from '../../correlate/match-domain.ts';
import { REFUSED } from '../../enroll/refusals.ts';
import { decideOnChannel, decideWithoutKey } from '../../enroll/without-key.ts';
import type { Greeting, Meeting } from '../../link/guest-links.ts';
import type { Domain, HostView } from '../../model/domain.ts';
import { recognise } from './admit.ts';
import type { Admitting } from './enrolment-deps.ts';
import { findByIdentities, findBySaid } from './find-joined.ts';

/** A guest that shows no key, over a network. */
export async function meetWithoutKey(deps: Admitting, { hello }: Greeting): Promise<Meeting> {
  const { guest } = hello;
  const revocations = deps.revocations();
  const areTaken = deps.acceptUnenrolled;
  const host = areTaken ? await deps.readHost() : null;
  const domain = host === null ? null : matchDomain(guest, host.domains).domain;
  const keys = areTaken ? (await findBySaid(deps, guest, domain)).keys : [];
  const entry = decideWithoutKey({ areTaken, keys });
  if (entry.kind === 'refused') return entry;
  const who = { hello, guest, showing: { kind: 'word' }, called: null } as const;
  return {
    kind: 'admitted',
    proof: 'word',
    identity: guest,
    recognise: () => recognise(deps, { host, who, revocations }),
  };
}

/** A guest on the channel of a domain: it is that one, whatever it says. */
export async function meetOnChannel(deps: Admitting, { hello }: Greeting, domainKey: string): Promise<Meeting> {
  const revocations = deps.revocations();
  const host = await deps.readHost();
  const domain = host?.domains.find(({ key, uuid }) => key === domainKey || uuid === domainKey);
  if (host === null || domain === undefined) return REFUSED.unreadHost;
  const showing = { kind: 'channel' } as const;
  const { keys } = await findByIdentities(deps, toShown({ showing, guest: hello.guest, domain }));
  const entry = decideOnChannel({ keys });
  if (entry.kind === 'refused') return entry;
  const guest = asOfDomain(hello.guest, { domain, host });
  const who = { hello, guest, showing, domain, called: null };
  return {
    kind: 'admitted',
    proof: 'channel',
    identity: guest,
    recognise: () => recognise(deps, { host, who, revocations }),
  };
}

/** What the host itself knows of it goes before what it says; nor does it run under this host's kernel. */
function asOfDomain(
  { hostname, machineId, bootId }: GuestIdentity,
  { domain, host }: { readonly domain: Domain; readonly host: HostView },
): GuestIdentity {
  const isOfHost = host.domains.some((other) => other.bootId === bootId);
  return { hostname, machineId, bootId: isOfHost ? null : bootId, productUuid: domain.guestUuid ?? domain.uuid };
}
