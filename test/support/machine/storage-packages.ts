import type { MachinePackage } from './packages.ts';

/**
 * Storage of all kinds: the guests' root image takes the first of these from this machine, the last one is for the
 * host.
 */
export const STORAGE_PACKAGES: readonly MachinePackage[] = [
  { name: 'lvm2', command: 'lvm' },
  { name: 'cryptsetup-bin', command: 'cryptsetup' },
  { name: 'cryptsetup-bin', command: 'integritysetup' },
  { name: 'mdadm', command: 'mdadm' },
  { name: 'ntfs-3g', command: 'ntfs-3g' },
];
