import { matchDomain } from '../../correlate/match-domain.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { Domain, Finding } from '../../model/domain.ts';
import type { GuestRow } from '../../model/status.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';
import { START_AGENT } from '../survey/guest-faults.ts';

/** Hypervisor's guests, agents' guests and remembered guests, each once. */
export function describeGuests(seen: {
  readonly domains: readonly Domain[];
  readonly records: readonly GuestRecord[];
  readonly connected: readonly ConnectedGuest[];
}): GuestRow[] {
  const { domains, records, connected } = seen;
  const claimed = new Set<string>();
  const withAgent = records.map((record): GuestRow => {
    const link = connected.find(({ id }) => id === record.id);
    const domain =
      link === undefined
        ? domains.find(({ uuid }) => uuid === record.id)
        : matchDomain(link.identity, domains, link.contested).domain;
    if (domain !== null && domain !== undefined) claimed.add(domain.key);
    return {
      name: record.name,
      id: record.id,
      source: domain?.source ?? null,
      seenBy: domain?.seenBy ?? [],
      agent: {
        version: record.agentVersion,
        connected: link !== undefined,
        lastSeenAt: new Date(record.lastSeenAt).toISOString(),
      },
      inventory: link?.inventory ?? null,
    };
  });
  const without = domains
    // Loop devices are this host's own: an agent on the host is a choice, not something that is missing.
    .filter(({ key, source }) => !claimed.has(key) && source !== 'loop-devices')
    .map(
      (domain): GuestRow => ({
        name: domain.name,
        id: domain.uuid,
        source: domain.source,
        seenBy: domain.seenBy,
        agent: null,
        inventory: null,
      }),
    );
  return [...withAgent, ...without].sort((one, other) => one.name.localeCompare(other.name));
}

export function noteMissingAgent({ name, agent }: GuestRow): Finding[] {
  if (agent !== null) return [];
  return [
    { subject: name, sentence: 'no agent has ever connected from it, so nobody can ask it to trim', hint: START_AGENT },
  ];
}
