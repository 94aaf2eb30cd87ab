import { hostname } from 'node:os';

/** How people call this host. */
export const hostName = (): string => hostname();
