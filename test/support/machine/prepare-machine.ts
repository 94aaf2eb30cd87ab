import { BROWSER_PACKAGES } from '../browser/start-browser.ts';
import { prepareGuest } from '../guest/prepare.ts';
import { GUEST_PACKAGES } from '../guest/root-tools.ts';
import { LIBVIRT_PACKAGES } from '../libvirt/private-libvirt.ts';
import { PACKAGING_PACKAGES } from '../packages/packaging-tools.ts';
import { installPostgres } from '../postgres/postgres-programs.ts';
import { PROMETHEUS_PACKAGES } from '../prometheus/start-prometheus.ts';
import { RECEIVER_PACKAGES } from '../receivers/receiver-packages.ts';
import { ensurePackages, type MachinePackage } from './packages.ts';
import { STORAGE_PACKAGES } from './storage-packages.ts';

const NETWORK_PACKAGES: readonly MachinePackage[] = [{ name: 'iproute2', command: 'ip' }];

/**
 * Once, before all tests: installs what any of them needs and builds the guests' root image, so that none finds the
 * machine half prepared by another. Where that cannot be done it says why and lets the tests run: those that need it
 * fail, the others do not.
 */
export default async function prepareMachine(): Promise<void> {
  const say = (line: string) => console.error(line);
  try {
    const packages = [
      ...GUEST_PACKAGES,
      ...STORAGE_PACKAGES,
      ...LIBVIRT_PACKAGES,
      ...NETWORK_PACKAGES,
      ...PROMETHEUS_PACKAGES,
      ...BROWSER_PACKAGES,
      ...RECEIVER_PACKAGES,
      ...PACKAGING_PACKAGES,
    ];
    await ensurePackages({ packages, say });
    await installPostgres({ say });
    await prepareGuest({ say });
  } catch (error) {
    say(`This machine is not ready for real guests, and the tests that need them will fail: ${error}`);
  }
}
