/**
 * Identifies the host that a row of the database is of; a UUID that its collector draws at the first start and keeps.
 */
export type HostId = string & { readonly [brand]: 'HostId' };

declare const brand: unique symbol;
