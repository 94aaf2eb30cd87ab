import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';

export type DomainKey = 'same-kernel' | 'product-uuid' | 'product-uuid-swapped';

export type DomainMatch =
  | { readonly domain: Domain; readonly by: DomainKey }
  | { readonly domain: null; readonly why: string };

/** Finds guests of the hypervisor by what an agent shows. */
interface DomainIndex {
  /** The first whose kernel is in this boot. */
  ofBoot(bootId: string): Domain | undefined;
  ofUuid(uuid: string): readonly Domain[];
}

/**
 * Which of the hypervisor's guests this agent runs in. Names prove nothing, so only what the host can check counts.
 * `contested` says that another agent claims to be the same guest; then neither is believed.
 */
export function matchDomain(
  guest: GuestIdentity,
  domains: readonly Domain[],
  contested: string | null = null,
): DomainMatch {
  return match(guest, contested, {
    ofBoot: (bootId) => domains.find((domain) => domain.bootId === bootId),
    ofUuid: (uuid) => domains.filter((domain) => toUuid(domain) === uuid),
  });
}

/** The same for many agents, whose domains are looked through once. */
export function createDomainMatcher(
  domains: readonly Domain[],
): (guest: GuestIdentity, contested: string | null) => DomainMatch {
  const byUuid = Map.groupBy(domains, toUuid);
  const byBoot = new Map(domains.toReversed().map((domain) => [domain.bootId, domain]));
  const index: DomainIndex = {
    ofBoot: (bootId) => byBoot.get(bootId),
    ofUuid: (uuid) => byUuid.get(uuid) ?? [],
  };
  return (guest, contested) => match(guest, contested, index);
}

function match(guest: GuestIdentity, contested: string | null, index: DomainIndex): DomainMatch {
  const { bootId, productUuid } = guest;
  const sameKernel = bootId === null ? undefined : index.ofBoot(bootId);
  if (sameKernel !== undefined) return { domain: sameKernel, by: 'same-kernel' };
  if (contested !== null) return { domain: null, why: contested };
  if (productUuid === null) {
    return { domain: null, why: 'the guest shows no product UUID (it is readable by root only, and QEMU needs -uuid)' };
  }
  return (
    findByUuid({ index, uuid: productUuid, by: 'product-uuid' }) ??
    findByUuid({ index, uuid: swapUuid(productUuid), by: 'product-uuid-swapped' }) ?? {
      domain: null,
      why: `no guest of this host has the UUID ${productUuid}`,
    }
  );
}

const toUuid = ({ guestUuid, uuid }: Domain): string | null => guestUuid ?? uuid;

/** The same, in either byte order. */
export function isSameUuid(one: string, other: string): boolean {
  return one === other || one === swapUuid(other);
}

/**
 * The product UUID of the domain of this name; where there are several, of the one that somebody who says `said` may be.
 * Null where none has one.
 */
export function findNamed({
  domains,
  name,
  said,
}: {
  readonly domains: readonly Domain[];
  readonly name: string;
  readonly said: string | null;
}): string | null {
  const uuids = domains.flatMap((domain) => (domain.name === name ? (toUuid(domain) ?? []) : []));
  return uuids.find((uuid) => said !== null && isSameUuid(uuid, said)) ?? uuids[0] ?? null;
}

/** Does a hypervisor of this host tell of such a guest? */
export type ToldOf = (identity: Pick<GuestIdentity, 'productUuid' | 'bootId'>) => boolean;

/** Also of a guest that it has twice, and cannot tell apart. */
export function createToldOf(domains: readonly Domain[]): ToldOf {
  const uuids = new Set(domains.map(toUuid));
  const boots = new Set(domains.map(({ bootId }) => bootId));
  return ({ productUuid, bootId }) =>
    (productUuid !== null && (uuids.has(productUuid) || uuids.has(swapUuid(productUuid)))) ||
    (bootId !== null && boots.has(bootId));
}

/**
 * The first three fields in the other byte order: the SMBIOS tables of machine types up to pc-i440fx-2.1 have them
 * big-endian, and the kernel reads them as SMBIOS 2.6 says, little-endian (QEMU commit caad057b, `smbios_encode_uuid`).
 */
export function swapUuid(uuid: string): string {
  const [one = '', two = '', three = '', ...rest] = uuid.split('-');
  return [...[one, two, three].map(swapBytes), ...rest].join('-');
}

function swapBytes(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}

interface Wanted {
  readonly index: DomainIndex;
  readonly uuid: string;
  readonly by: DomainKey;
}

function findByUuid({ index, uuid, by }: Wanted): DomainMatch | null {
  const same = index.ofUuid(uuid);
  const [domain, ...others] = same;
  if (domain === undefined) return null;
  if (others.length === 0) return { domain, by };
  const names = same.map(({ name, key }) => `${name} (${key})`).join(' and ');
  return {
    domain: null,
    why: `${same.length} guests of this host have the UUID ${uuid}: ${names}; one is a copy of the other, or it is being migrated`,
  };
}
