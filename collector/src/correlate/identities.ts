import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';
import type { Identity } from '../model/identity.ts';

/** How it is shown which guest somebody is. */
export type Showing =
  /** By nothing but what it says. */
  | { readonly kind: 'word' }
  /** By a key. What it says besides counts once, when it joins, and of a copy that was admitted never. */
  | { readonly kind: 'key'; readonly key: string; readonly saysMore: boolean }
  /** By the channel of its domain. */
  | { readonly kind: 'channel' };

/** By what somebody is recognised. */
export function toShown({
  showing,
  guest,
  domain,
}: {
  readonly showing: Showing;
  readonly guest: GuestIdentity;
  readonly domain: Domain | null;
}): readonly Identity[] {
  switch (showing.kind) {
    case 'word':
      return toIdentities(guest, domain);
    case 'channel':
      return domain === null ? toIdentities(guest, null) : toIdentitiesOfDomain(domain);
    case 'key': {
      const own: Identity = { kind: 'key', value: showing.key };
      if (showing.saysMore) return [own, ...toIdentities(guest, domain)];
      return domain === null || domain.uuid === null ? [own] : [own, { kind: 'domain', value: domain.uuid }];
    }
  }
}

/** What the host itself knows: nothing that is said in the guest. */
function toIdentitiesOfDomain({ uuid, guestUuid, name }: Domain): readonly Identity[] {
  const shown = guestUuid ?? uuid;
  const domain: Identity = { kind: 'domain', value: uuid ?? `name ${name}` };
  return shown === null ? [domain] : [{ kind: 'product-uuid', value: shown }, domain];
}

/**
 * By what a guest can be recognised, the strongest first. `domain` is the one that it was proven to be, or null. The
 * machine-id counts only for a guest that shows no product UUID, since clones share it; the hostname only for one that
 * shows nothing else. A product UUID in the other byte order (match-domain.ts) leads to the same guest by way of its
 * domain.
 */
export function toIdentities(
  { productUuid, machineId, hostname }: GuestIdentity,
  domain: Domain | null,
): readonly Identity[] {
  if (productUuid !== null) {
    const shown: Identity = { kind: 'product-uuid', value: productUuid };
    return domain === null || domain.uuid === null ? [shown] : [shown, { kind: 'domain', value: domain.uuid }];
  }
  if (machineId !== null) return [{ kind: 'machine-id', value: machineId }];
  return [{ kind: 'hostname', value: hostname }];
}
