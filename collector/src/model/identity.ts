/**
 * By what a guest is recognised, the strongest first: the public key that it has proven to have, its product UUID
 * (SMBIOS), the UUID of the domain that it was proven to be, its machine-id, its hostname. A later one counts only where
 * no earlier one leads to a guest.
 */
export const IDENTITY_KINDS = ['key', 'product-uuid', 'domain', 'machine-id', 'hostname'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** One thing that tells a guest from others of its host. One value of a kind leads to one guest. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}
