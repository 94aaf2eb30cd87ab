import type { MachinePackage } from '../machine/packages.ts';

/** What makes packages, and what looks at them as a distribution does. */
export const PACKAGING_PACKAGES: readonly MachinePackage[] = [
  { name: 'rpm', command: 'rpmbuild' },
  { name: 'binutils-x86-64-linux-gnu', command: 'x86_64-linux-gnu-strip' },
  { name: 'lintian', command: 'lintian' },
  { name: 'rpmlint', command: 'rpmlint' },
  { name: 'mandoc', command: 'mandoc' },
  { name: 'systemd', command: 'systemd-analyze' },
  { name: 'mmdebstrap', command: 'mmdebstrap' },
  { name: 'busybox', command: 'busybox' },
  { name: 'zsh', command: 'zsh' },
  { name: 'fish', command: 'fish' },
];
