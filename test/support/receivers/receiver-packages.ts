import type { MachinePackage } from '../machine/packages.ts';

/** Real receivers of notices, 11 MB to fetch, and what makes a certificate for one. */
export const RECEIVER_PACKAGES: readonly MachinePackage[] = [
  { name: 'mosquitto', command: 'mosquitto' },
  { name: 'prometheus-alertmanager', command: 'prometheus-alertmanager' },
  { name: 'openssl', command: 'openssl' },
];
