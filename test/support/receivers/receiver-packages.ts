import type { MachinePackage } from '../machine/packages.ts';

/** Real receivers of notices: 0.4 MB to fetch for mosquitto, 10.6 MB for Alertmanager. */
export const RECEIVER_PACKAGES: readonly MachinePackage[] = [
  { name: 'mosquitto', command: 'mosquitto' },
  { name: 'prometheus-alertmanager', command: 'prometheus-alertmanager' },
];
