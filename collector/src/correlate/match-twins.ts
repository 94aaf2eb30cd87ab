import type { Domain, Finding } from '../model/domain.ts';

/**
 * Guests of this host that have the same product UUID: nobody can tell in which of them an agent runs that shows it.
 */
export function findTwins(domains: readonly Domain[]): readonly Finding[] {
  const known = domains.filter(({ guestUuid, uuid }) => (guestUuid ?? uuid) !== null);
  const byUuid = Map.groupBy(known, ({ guestUuid, uuid }) => guestUuid ?? uuid);
  return [...byUuid].flatMap(([uuid, twins]) => {
    const [first] = twins;
    if (first === undefined || twins.length < 2) return [];
    const names = twins.map(({ name, key }) => `${name} (${key})`).join(' and ');
    return [
      {
        subject: first.name,
        sentence: `${names} have the UUID ${uuid}: one is a copy of the other, or it is being migrated. Neither is matched.`,
        hint: 'Give the copy a UUID of its own (libvirt: <uuid>, Proxmox: smbios1, QEMU: -uuid) and start it again.',
      },
    ];
  });
}
