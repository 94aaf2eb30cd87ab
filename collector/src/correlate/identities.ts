import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';
import type { Identity } from '../model/identity.ts';

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
