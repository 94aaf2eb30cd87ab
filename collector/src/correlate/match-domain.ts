import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';

export type DomainMatch =
  | { readonly domain: Domain; readonly by: 'product-uuid' | 'same-kernel' }
  | { readonly domain: null; readonly why: string };

/** Which of the hypervisor's guests this agent runs in. Names prove nothing, so only what the host can check counts. */
export function matchDomain(guest: GuestIdentity, domains: readonly Domain[]): DomainMatch {
  const sameKernel = domains.find((domain) => domain.bootId !== null && domain.bootId === guest.bootId);
  if (sameKernel !== undefined) return { domain: sameKernel, by: 'same-kernel' };
  if (guest.productUuid === null) {
    return { domain: null, why: 'the guest shows no product UUID (it is readable by root only, and QEMU needs -uuid)' };
  }
  const sameUuid = domains.filter((domain) => domain.uuid === guest.productUuid);
  const [domain] = sameUuid;
  if (domain === undefined) return { domain: null, why: `no guest of this host has the UUID ${guest.productUuid}` };
  if (sameUuid.length > 1) {
    return { domain: null, why: `${sameUuid.length} guests of this host have the UUID ${guest.productUuid}` };
  }
  return { domain, by: 'product-uuid' };
}
